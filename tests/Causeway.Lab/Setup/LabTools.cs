using System.ComponentModel;
using System.Diagnostics;

namespace Causeway.Lab.Setup;

/// <summary>What the lab needs of the machine it runs on.</summary>
public static class LabTools
{
    private static readonly (string Program, string Package)[] Needed = [("ip", "iproute2"), ("unshare", "util-linux"), ("nsenter", "util-linux")];

    private static readonly (string Program, string Package)[] Useful =
        [("ping", "iputils-ping"), ("tcpdump", "tcpdump"), ("iperf3", "iperf3"), ("nft", "nftables"), ("ethtool", "ethtool"), ("socat", "socat"), ("miniupnpd", "miniupnpd-nftables")];

    private static readonly Lazy<string?> Found = new(Look);

    /// <summary>The search path in the lab: administrators' programs are not on every user's.</summary>
    internal static string SearchPath { get; } =
        (Environment.GetEnvironmentVariable("PATH") ?? "/usr/local/bin:/usr/bin:/bin") + ":/usr/local/sbin:/usr/sbin:/sbin";

    /// <summary>Why no lab can be started here, as one sentence that says what to install or allow; or null.</summary>
    public static string? Missing => Found.Value;

    /// <summary>The Debian packages of programs that people use in a lab and that are not installed.</summary>
    public static IReadOnlyList<string> MissingUsefulPackages => [.. Useful.Where(p => !Has(p.Program)).Select(p => p.Package)];

    /// <summary>Whether a program is on the lab's search path.</summary>
    public static bool Has(string program) => SearchPath.Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));

    private static string? Look()
    {
        if (!OperatingSystem.IsLinux()) return "the lab is made of Linux network namespaces and needs Linux";
        var packages = Needed.Where(p => !Has(p.Program)).Select(p => p.Package).Distinct().ToList();
        if (packages.Count > 0) return $"the lab needs the Debian packages {string.Join(" and ", packages)}: apt-get install {string.Join(' ', packages)}";
        return NamespacesWork()
            ? null
            : "user and network namespaces cannot be made here: the kernel must allow them to users "
              + "(sysctl user.max_user_namespaces, kernel.unprivileged_userns_clone, kernel.apparmor_restrict_unprivileged_userns)";
    }

    private static bool NamespacesWork()
    {
        var start = new ProcessStartInfo("unshare", ["--user", "--map-root-user", "--net", "--mount", "--pid", "--fork", "sh", "-c", "ip link set lo up"])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
        };
        start.Environment["PATH"] = SearchPath;
        try
        {
            using var process = Process.Start(start)!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
