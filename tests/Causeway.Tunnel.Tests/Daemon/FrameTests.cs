using Causeway.Cryptography.Hybrid;
using Causeway.Relay.Admission;
using Causeway.Relay.Tests;
using Causeway.Tunnel.Daemon.Control;
using Causeway.Tunnel.Protocol.Relaying;
using Causeway.Tunnel.Segmentation;
using Causeway.Tunnel.Tests.Segmentation;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Tunnel.Tests.Daemon;

/// <summary>Frames on their way from device to device: with and without segmentation offload, and what they cost.</summary>
public sealed class FrameTests
{
    public static TheoryData<bool, bool> Protocols() => new() { { false, false }, { false, true }, { true, false }, { true, true } };

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task A_super_segment_travels_whole_to_who_takes_it_and_in_pieces_to_who_does_not(bool isIPv6, bool isUdp)
    {
        await using var relay = await TestRelay.StartAsync();
        await using var a = await TestMachine.CreateNetworkAsync(relay.Url.ToString());
        await using var b = await a.InviteAsync("b");
        await using var c = await a.InviteAsync("c", offload: false);
        await TunnelDaemonTests.MeshAsync(a, b, c);
        var packet = new Packet { IsIPv6 = isIPv6, IsUdp = isUdp, Payload = 60_000, SegmentSize = 1400 };

        var whole = Address(packet.Build(), a, b);
        a.Device.Send(packet.SuperHeader, whole);
        var received = await b.Device.ReceiveAsync();
        Assert.Equal(packet.SuperHeader, VirtioNetHeader.Read(received));
        Assert.Equal(whole, received[VirtioNetHeader.Length..]);

        a.Device.Send(packet.SuperHeader, Address(packet.Build(), a, c));
        var left = packet.Payload;
        while (left > 0)
        {
            received = await c.Device.ReceiveAsync();
            Assert.True(VirtioNetHeader.Read(received).IsPlain);
            packet.AssertComplete(received.AsSpan(VirtioNetHeader.Length));
            left -= received.Length - VirtioNetHeader.Length - packet.PayloadOffset;
        }

        Assert.Equal(0, left);
    }

    [Fact]
    public async Task A_checksum_is_left_open_for_who_completes_it_and_completed_for_who_does_not_in_a_broadcast_too()
    {
        await using var relay = await TestRelay.StartAsync();
        await using var a = await TestMachine.CreateNetworkAsync(relay.Url.ToString());
        await using var b = await a.InviteAsync("b");
        await using var c = await a.InviteAsync("c", offload: false);
        await TunnelDaemonTests.MeshAsync(a, b, c);
        var packet = new Packet { IsUdp = true, Payload = 500 };
        var frame = Address(packet.Build(), a, null);

        a.Device.Send(packet.ChecksumHeader, frame);
        var received = await b.Device.ReceiveAsync();
        Assert.Equal(packet.ChecksumHeader, VirtioNetHeader.Read(received));
        Assert.Equal(frame, received[VirtioNetHeader.Length..]);
        received = await c.Device.ReceiveAsync();
        Assert.True(VirtioNetHeader.Read(received).IsPlain);
        packet.AssertComplete(received.AsSpan(VirtioNetHeader.Length));
        Assert.Equal(frame[packet.PayloadOffset..], received[(VirtioNetHeader.Length + packet.PayloadOffset)..]);
    }

    [Fact]
    public async Task A_frame_that_no_member_can_be_sent_is_dropped_and_counted()
    {
        await using var relay = await TestRelay.StartAsync();
        await using var a = await TestMachine.CreateNetworkAsync(relay.Url.ToString());
        await using var b = await a.InviteAsync("b");
        await TunnelDaemonTests.MeshAsync(a, b);
        a.Device.Send(new VirtioNetHeader(VirtioNetFlags.None, (VirtioSegmentType)77, 0, 0, 0, 0), a.Frame(b, "of no known kind"));
        a.Device.Send(new byte[1600]);
        await a.SendsAsync(b);
        Assert.Equal(2, a.Daemon.GetStatus().Traffic.Drops["unusable"]);
    }

    [Fact]
    public async Task A_relay_that_takes_nothing_holds_up_no_frames_of_others()
    {
        await using var a = new TestMachine();
        var (letsB, letsC) = (Path.GetTempFileName(), Path.GetTempFileName());
        await using var b = new TestMachine();
        await using var c = new TestMachine();
        await File.WriteAllLinesAsync(letsB, [a.Id.ToString(), b.Id.ToString()], TestContext.Current.CancellationToken);
        await File.WriteAllLinesAsync(letsC, [a.Id.ToString(), c.Id.ToString()], TestContext.Current.CancellationToken);
        await using var first = await TestRelay.StartAsync(allowed: new AllowList(letsB, NullLogger.Instance, TimeProvider.System));
        await using var second = await TestRelay.StartAsync(allowed: new AllowList(letsC, NullLogger.Instance, TimeProvider.System), key: HybridSigningKey.Generate());
        await using var way = new StallingProxy(first.Server.Port);
        var url = new RelayUrl("127.0.0.1", way.Port, isSecure: false) { RelayId = first.Url.RelayId };
        a.CreateNetwork(url.ToString(), second.Url.ToString());
        await a.UpAsync();
        await a.WhenAsync(s => s.Relays.All(r => r.State == "connected"));
        foreach (var machine in (TestMachine[])[b, c])
        {
            await machine.JoinAsync((await a.Daemon.InviteAsync(new InvitationRequest(null, false, TimeSpan.FromHours(1)), default)).Token!);
            await a.WhenOnlineAsync(machine);
            await machine.WhenOnlineAsync(a);
        }

        way.Block();
        var packet = new Packet { Payload = 60_000 };
        var large = Address(packet.Build(), a, b);

        // Until all buffers on the way are full, and all that is for b is dropped; what is for c is not.
        long before, busy = 0;
        do
        {
            before = busy;
            for (var i = 0; i < 20; i++) a.Device.Send(packet.SuperHeader, large);
            await a.SendsAsync(c);
            a.Daemon.GetStatus().Traffic.Drops.TryGetValue("relay busy", out busy);
        }
        while (busy - before < 20);
        Assert.Equal(20, busy - before);
        File.Delete(letsB);
        File.Delete(letsC);
    }

    [Fact]
    public async Task Frames_cost_no_allocation()
    {
        const int Frames = 2000;
        await using var relay = await TestRelay.StartAsync();
        await using var a = await TestMachine.CreateNetworkAsync(relay.Url.ToString());
        await using var b = await a.InviteAsync("b");
        await TunnelDaemonTests.MeshAsync(a, b);
        await a.SendsAsync(b);
        var (sent, received) = (new AllocationLog(Frames), new AllocationLog(Frames));
        (a.Device.Allocations, b.Device.Allocations) = (sent, received);
        var frame = a.Frame(b, "a frame");
        for (var i = 0; i < Frames; i++) a.Device.Send(frame);
        await received.Done.WaitAsync(TestContext.Current.CancellationToken);

        // What is sent and read at once may cost something for all of it together; a frame must not.
        AssertFree(sent.Reads, Frames);
        AssertFree(received.Writes, Frames);
    }

    private static void AssertFree(IReadOnlyList<long> allocated, int frames)
    {
        Assert.True(allocated.Count > frames / 2, $"{allocated.Count} of {frames} were on one thread");
        var free = allocated.Count(bytes => bytes == 0);
        Assert.True(free >= allocated.Count * 3 / 4, $"only {free} of {allocated.Count} frames cost nothing");
    }

    private static byte[] Address(byte[] frame, TestMachine from, TestMachine? to)
    {
        from.Frame(to, string.Empty).AsSpan(0, 12).CopyTo(frame);
        return frame;
    }
}
