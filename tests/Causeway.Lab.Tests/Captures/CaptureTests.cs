using System.Text;
using Causeway.Lab.Captures;
using Causeway.Lab.Topologies;

namespace Causeway.Lab.Tests.Captures;

/// <summary>Captures in a running lab.</summary>
public sealed class CaptureTests
{
    private static readonly byte[] Known = Encoding.ASCII.GetBytes("a text that is sent in the clear");

    [Fact]
    public async Task A_capture_has_what_crossed_its_device_and_nothing_else()
    {
        await using var lab = await TestLab.StartAsync(ThreeMachines.Topology, "socat");
        // From here on the switch knows where bob is, and sends carol nothing that is his.
        await SendAsync(lab, "before");
        var captures = new Dictionary<string, LabCapture>
        {
            ["alice"] = await lab.Host("alice").CaptureAsync(),
            ["bob"] = await lab.Host("bob").CaptureAsync(),
            ["carol"] = await lab.Host("carol").CaptureAsync(),
            ["lan"] = await lab.CaptureSwitchAsync("lan"),
        };
        await SendAsync(lab, Encoding.ASCII.GetString(Known));
        foreach (var (where, capture) in captures)
        {
            var traffic = await capture.StopAsync();
            Assert.Equal(0, traffic.Missed);
            Assert.False(traffic.Contains(Encoding.ASCII.GetBytes("before")));
            Assert.True(traffic.Contains(Known) == (where != "carol"), $"{where}: {traffic.Frames.Count} frames");
        }
    }

    [Fact]
    public async Task Tcpdump_reads_a_capture_that_was_kept()
    {
        await using var lab = await TestLab.StartAsync(ThreeMachines.Topology, "socat", "tcpdump");
        var capture = await lab.Host("bob").CaptureAsync();
        await SendAsync(lab, "kept");
        var file = Path.GetTempFileName();
        try
        {
            await capture.StopAsync(file);
            var start = new System.Diagnostics.ProcessStartInfo("tcpdump", ["-n", "-A", "-r", file])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            start.Environment["PATH"] += ":/usr/sbin:/sbin";
            using var tcpdump = System.Diagnostics.Process.Start(start)!;
            var text = await tcpdump.StandardOutput.ReadToEndAsync();
            Assert.Contains("10.77.0.11", text);
            Assert.Contains("kept", text);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task A_device_that_is_not_there_is_named()
    {
        await using var lab = await TestLab.StartAsync(ThreeMachines.Topology);
        Assert.Contains("chr-001", (await Assert.ThrowsAsync<LabException>(() => lab.Host("alice").CaptureAsync("chr-001"))).Message);
        Assert.Contains("'wan'", (await Assert.ThrowsAsync<LabException>(() => lab.CaptureSwitchAsync("wan"))).Message);
    }

    // A datagram from alice to bob, who has read it when this returns.
    private static async Task SendAsync(LabNetwork lab, string text)
    {
        await using var receiver = await lab.Host("bob").StartAsync("socat", "-d", "-d", "-u", "UDP4-RECV:4000", "STDOUT");
        await receiver.WaitForLineAsync("starting data transfer loop", TestLab.Patience);
        (await lab.Host("alice").RunAsync("sh", "-c", $"echo '{text}' | socat -u STDIN UDP4:bob:4000")).Succeeded();
        await receiver.WaitForLineAsync(text, TestLab.Patience);
    }
}
