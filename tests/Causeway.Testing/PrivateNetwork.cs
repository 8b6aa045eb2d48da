using System.Diagnostics;
using Xunit;

namespace Causeway.Testing;

/// <summary>
/// Runs a class of explicit tests in user, network and mount namespaces of its own, with a loopback and one Ethernet interface, as an unprivileged
/// user may make them. Multicasts stay in there, strangers on the machine's network cannot take part, and the tests hold CAP_NET_ADMIN inside.
/// </summary>
public static class PrivateNetwork
{
    private const string Script = """
        set -e
        ip link set lo up
        ip link add lan0 type veth peer name lan1
        ip link set lan1 up
        ip link set lan0 up
        ip address add 192.0.2.1/24 dev lan0
        ip route add 224.0.0.0/4 dev lan0
        exec "$0" "$@"
        """;

    /// <summary>Runs the explicit tests of <typeparamref name="T"/> in the namespace; their failure is the caller's.</summary>
    public static async Task RunAsync<T>()
    {
        if (!OperatingSystem.IsLinux() || !Works()) Requirement.Missing("network namespaces (Debian packages util-linux and iproute2; user namespaces allowed)");
        var start = new ProcessStartInfo("unshare") { UseShellExecute = false, RedirectStandardOutput = true };
        foreach (var argument in new[] { "-Urnm", "--", "sh", "-c", Script, Environment.ProcessPath!, "-class", typeof(T).FullName!, "-explicit", "only", "-noColor" })
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0 && output.Contains("Failed: 0", StringComparison.Ordinal) && !output.Contains("Total: 0", StringComparison.Ordinal), output);
    }

    private static bool Works()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("unshare", ["-Urnm", "--", "sh", "-c", "ip link set lo up"]) { UseShellExecute = false })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
