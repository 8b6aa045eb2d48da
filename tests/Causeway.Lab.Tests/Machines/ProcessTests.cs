using Causeway.Lab.Processes;
using Causeway.Lab.Topologies;

namespace Causeway.Lab.Tests.Machines;

/// <summary>Processes that run beside a test.</summary>
public sealed class ProcessTests
{
    [Fact]
    public async Task Lines_are_waited_for_in_order_whatever_has_come_before()
    {
        await using var lab = await TestLab.StartAsync(ThreeMachines.Topology);
        await using var process = await lab.Host("alice").StartAsync("sh", "-c", "echo up 1; echo up 2 >&2; while read line; do echo got $line; done; echo bye");
        Assert.StartsWith("up", await process.WaitForLineAsync("up", TestLab.Patience));
        Assert.StartsWith("up", await process.WaitForLineAsync("up", TestLab.Patience));
        await process.WriteLineAsync("this");
        Assert.Equal("got this", await process.WaitForLineAsync(l => l.StartsWith("got", StringComparison.Ordinal), TestLab.Patience));
        process.CloseInput();
        var failure = await Assert.ThrowsAsync<LabException>(() => process.WaitForLineAsync("got", TestLab.Patience));
        Assert.Contains("bye", failure.Message);
        Assert.Equal(0, await process.ExitAsync(TestLab.Patience));
        Assert.Equal(4, process.Lines.Count);
    }

    [Fact]
    public async Task A_process_can_be_signalled_stopped_and_killed()
    {
        await using var lab = await TestLab.StartAsync(ThreeMachines.Topology);
        await using var process = await lab.Host("alice").StartAsync("sh", "-c", "trap 'echo asked' USR1; echo ready; while :; do read line && echo got $line; done");
        await process.WaitForLineAsync("ready", TestLab.Patience);

        process.Signal(LabSignal.Stop);
        await process.WriteLineAsync("late");
        process.Signal(LabSignal.Continue);
        await process.WaitForLineAsync("got late", TestLab.Patience);
        process.Signal(LabSignal.User1);
        await process.WriteLineAsync("more");
        await process.WaitForLineAsync("asked", TestLab.Patience);

        await process.KillAsync();
        Assert.Equal(128 + (int)LabSignal.Kill, await process.ExitAsync(TestLab.Patience));
        process.Signal(LabSignal.Terminate);
    }

    [Fact]
    public async Task Figures_of_a_process_are_those_of_the_process_itself()
    {
        await using var lab = await TestLab.StartAsync(ThreeMachines.Topology);
        await using var busy = await lab.Host("alice").StartAsync("sh", "-c", "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done; echo done; read line");
        await busy.WaitForLineAsync("done", TestLab.Patience);
        Assert.True(busy.CpuTime > TimeSpan.Zero);
        Assert.InRange(busy.ResidentBytes, 1, busy.PeakResidentBytes);
        await busy.KillAsync();
        Assert.Throws<LabException>(() => busy.CpuTime);
    }

    [Fact]
    public async Task A_program_that_does_not_end_is_killed()
    {
        await using var lab = await TestLab.StartAsync(ThreeMachines.Topology);
        var options = new ProcessOptions { Timeout = TimeSpan.FromMilliseconds(50) };
        await Assert.ThrowsAsync<TimeoutException>(() => lab.Host("alice").RunAsync(options, "sleep", "86399"));
        Assert.DoesNotContain("86399", (await lab.Host("alice").RunAsync("sh", "-c", "cat /proc/[0-9]*/cmdline")).Output);
    }
}
