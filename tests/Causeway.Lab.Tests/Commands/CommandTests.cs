using System.Diagnostics;
using Causeway.Lab.Setup;

namespace Causeway.Lab.Tests.Commands;

/// <summary>The command itself, as a user runs it.</summary>
public sealed class CommandTests
{
    [Fact]
    public async Task The_topologies_and_the_usage_are_printed()
    {
        Assert.Contains("three-machines", (await RunAsync("list")).Output);
        Assert.Contains("./lab TOPOLOGY", (await RunAsync("--help")).Output);
        var unknown = await RunAsync("nonsense");
        Assert.Equal(2, unknown.ExitCode);
        Assert.Equal("lab: there is no topology 'nonsense': choose one of three-machines, routed, two-nats\n", unknown.Error);
    }

    [Fact]
    public async Task A_command_runs_where_it_is_told_to_and_its_exit_code_is_the_labs()
    {
        if (LabTools.Missing is { } missing) Requirement.Missing(missing);
        var result = await RunAsync("three-machines", "--on", "carol", "--", "sh", "-c", "hostname; pwd; exit 7");
        Assert.Equal((7, $"carol\n{Environment.CurrentDirectory}\n", ""), result);
    }

    [Fact]
    public async Task Machines_links_and_captures_are_commands_backstage()
    {
        if (LabTools.Missing is { } missing) Requirement.Missing(missing);
        if (!LabTools.Has("ping")) Requirement.Missing("the program 'ping'");
        const string script = """
            set -e
            alice hostname
            link alice down
            alice cat /sys/class/net/eth0/carrier
            link alice/eth0 up
            alice cat /sys/class/net/eth0/carrier
            link bob delay 1ms loss 25%
            link bob | head -n 1
            mkfifo /run/recording
            capture bob /run/bob.pcap 2> /run/recording &
            capture=$!
            exec 3< /run/recording
            read -r line <&3
            link bob loss 0%
            bob ping -4 -c 1 -W 20 -p c0ffee alice > /run/ping
            kill $capture
            wait $capture
            od -An -v -tx1 /run/bob.pcap | tr -d ' \n' | grep -o c0ffeec0ffeec0ffee | head -n 1
            link dave || echo no dave
            """;
        var result = await RunAsync("three-machines", "--delay", "0ms", "--", "sh", "-c", script);
        Assert.Equal("alice\n0\n1\nbob/eth0: delay 1ms loss 25% rate 0bit seed 1\nc0ffeec0ffeec0ffee\nno dave\n", result.Output);
        Assert.Equal(0, result.ExitCode);
    }

    [Fact]
    public async Task The_NATs_and_what_can_be_direct_are_printed()
    {
        var output = (await RunAsync("nats")).Output;
        Assert.Contains("symmetric             address-and-port-dependent mapping", output);
        Assert.Contains("TCP, direct?", output);
        Assert.Contains("no: UDP is blocked", output);
    }

    [Fact]
    public async Task Two_NATs_are_chosen_and_measured_by_hand()
    {
        if (LabTools.Missing is { } missing) Requirement.Missing(missing);
        if (!LabTools.Has("nft")) Requirement.Missing("the program 'nft'");
        var result = await RunAsync("two-nats", "--left", "only-443", "--", "sh", "-c", "measure left; measure right; measure relay 2>&1");
        Assert.Equal(
            """
            addresses  translated, ports not preserved
            TCP        port 443 only; mapping endpoint-independent, filtering address-and-port-dependent; does not hairpin
            UDP        blocked
            addresses  translated, ports preserved
            TCP        mapping endpoint-independent, filtering address-and-port-dependent; does not hairpin
            UDP        mapping endpoint-independent, filtering address-and-port-dependent; does not hairpin
            measure left | right

            """,
            result.Output);
    }

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "causeway-lab"), arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TestLab.Patience);
        return (process.ExitCode, await output, await error);
    }
}
