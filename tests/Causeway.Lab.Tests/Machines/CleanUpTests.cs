using System.Diagnostics;
using System.Globalization;
using Causeway.Lab.Setup;
using Causeway.Lab.Topologies;

namespace Causeway.Lab.Tests.Machines;

/// <summary>Nothing of a lab is left, however it ends.</summary>
public sealed class CleanUpTests
{
    // Outer process ID and network namespace of everything in the lab's process-ID namespace, then a line that ends the list.
    private const string ListEverything = """
        me=$(readlink /proc/self/ns/pid)
        for p in /run/outer/[0-9]*; do
            [ "$(readlink $p/ns/pid)" = "$me" ] && echo "${p##*/} $(readlink $p/ns/net)"
        done
        echo end
        exec sleep infinity
        """;

    [Fact]
    public async Task A_killed_lab_leaves_no_process_and_no_network()
    {
        if (LabTools.Missing is { } missing) Requirement.Missing(missing);
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "causeway-lab"))
        {
            ArgumentList = { "three-machines", "--", "sh", "-c", ListEverything },
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        using var lab = Process.Start(start)!;
        var inside = new List<string[]>();
        while (await lab.StandardOutput.ReadLineAsync().WaitAsync(TestLab.Patience) is { } line && line != "end") inside.Add(line.Split(' '));

        // Process 1, four machines, and the command; backstage's network and theirs.
        var networks = inside.Select(i => i[1]).ToHashSet();
        Assert.Equal(5, networks.Count);
        Assert.True(inside.Count >= 6);
        var processes = inside.Select(i => Running(int.Parse(i[0], CultureInfo.InvariantCulture))).OfType<Process>().ToList();
        Assert.True(processes.Count >= 6);

        lab.Kill();
        await lab.WaitForExitAsync().WaitAsync(TestLab.Patience);
        await Task.WhenAll(processes.Select(p => p.WaitForExitAsync())).WaitAsync(TestLab.Patience);
        Assert.Empty(Directory.GetDirectories("/proc").Select(NetworkOf).Intersect(networks));
    }

    [Fact]
    public async Task A_process_that_outlives_its_test_is_stopped()
    {
        Process detached, forgotten;
        await using (var lab = await TestLab.StartAsync(ThreeMachines.Topology))
        {
            // A daemon as daemons are: its parent has ended, its session is its own, and it ignores polite signals.
            const string daemon = "read -r pid rest < /run/outer/self/stat; echo $pid; exec >&- 2>&- </dev/null; trap '' HUP TERM; while :; do sleep 1000; done";
            var started = await lab.Host("alice").RunAsync("sh", "-c", $"setsid sh -c '{daemon.Replace("'", "'\\''")}' & read -r line < /dev/null; :");
            detached = Running(int.Parse(started.Output, CultureInfo.InvariantCulture))!;
            forgotten = Running((await lab.Host("bob").StartAsync("sleep", "infinity")).Id)!;
            Assert.False(detached.HasExited || forgotten.HasExited);
        }

        await Task.WhenAll(detached.WaitForExitAsync(), forgotten.WaitForExitAsync()).WaitAsync(TestLab.Patience);
    }

    [Fact]
    public async Task A_topology_that_the_tools_refuse_leaves_nothing_and_says_why()
    {
        var topology = ThreeMachines.Topology;
        topology = topology with { Machines = [.. topology.Machines, new Machine("dave") { Routes = [new Route("default", "192.0.2.1")] }] };
        var failure = await Assert.ThrowsAsync<LabException>(() => TestLab.StartAsync(topology));
        Assert.Contains("The machine 'dave' could not be set up", failure.Message);
        Assert.Contains("Nexthop has invalid gateway", failure.Message);
    }

    private static Process? Running(int id)
    {
        try
        {
            return Process.GetProcessById(id);
        }
        catch (ArgumentException)
        {
            // It was part of making the list, and has ended.
            return null;
        }
    }

    private static string? NetworkOf(string process)
    {
        try
        {
            return new FileInfo(Path.Combine(process, "ns", "net")).LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
