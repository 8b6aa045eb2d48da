using Causeway.Tunnel.Protocol.Sessions;
using Causeway.Tunnel.Protocol.Sessions.Frames;

namespace Causeway.Tunnel.Tests.Protocol.Sessions.Frames;

public sealed class FrameBodyTests
{
    private static readonly SessionParameters Plain = new();
    private static readonly SessionParameters Offloading = Plain with { Offload = true };

    [Theory]
    [InlineData(FrameKind.Frame, 14, 1518)]
    [InlineData(FrameKind.OffloadFrame, 24, 65_559)]
    [InlineData(FrameKind.Heartbeat, 40, 40)]
    [InlineData(FrameKind.HeartbeatAck, 40, 40)]
    [InlineData(FrameKind.Rekey, 6325, 6325)]
    [InlineData(FrameKind.RekeyAck, 6293, 6293)]
    [InlineData(FrameKind.RekeyDone, 0, 0)]
    [InlineData(FrameKind.RekeyRequest, 0, 0)]
    public void Lengths_are_exact(FrameKind kind, int least, int most)
    {
        if (least > 0) Assert.False(Is(kind, new byte[least - 1]));
        Assert.True(Is(kind, new byte[least]));
        Assert.True(Is(kind, new byte[most]));
        Assert.False(Is(kind, new byte[most + 1]));
    }

    [Fact]
    public void Lists_hold_as_many_IDs_as_they_say()
    {
        Assert.True(Is(FrameKind.RosterHeads, [0]));
        Assert.False(Is(FrameKind.RosterWant, [0]));
        Assert.False(Is(FrameKind.RosterHeads, []));
        Assert.False(Is(FrameKind.RosterWant, []));
        foreach (var (kind, most) in new[] { (FrameKind.RosterHeads, 16), (FrameKind.RosterWant, 64) })
        {
            for (var count = 1; count <= most; count++)
            {
                Assert.True(Is(kind, [(byte)count, .. new byte[count * 32]]));
                Assert.False(Is(kind, [(byte)count, .. new byte[(count * 32) - 1]]));
                Assert.False(Is(kind, [(byte)count, .. new byte[(count * 32) + 1]]));
            }

            Assert.False(Is(kind, [(byte)(most + 1), .. new byte[(most + 1) * 32]]));
        }
    }

    [Fact]
    public void Entries_fill_their_frame()
    {
        Assert.True(Is(FrameKind.RosterEntries, [0, 1, 9]));
        Assert.True(Is(FrameKind.RosterEntries, [0, 1, 9, 0, 2, 8, 8]));
        Assert.True(Is(FrameKind.RosterEntries, [0x20, 0, .. new byte[8192]]));
        Assert.False(Is(FrameKind.RosterEntries, [0x20, 1, .. new byte[8193]]));
        Assert.False(Is(FrameKind.RosterEntries, []));
        Assert.False(Is(FrameKind.RosterEntries, [0]));
        Assert.False(Is(FrameKind.RosterEntries, [0, 0]));
        Assert.False(Is(FrameKind.RosterEntries, [0, 2, 9]));
        Assert.False(Is(FrameKind.RosterEntries, [0, 1, 9, 0]));
        byte[] entry = [0x1d, 0x4a, .. new byte[7498]];
        byte[] most = [.. Enumerable.Repeat(entry, 8).SelectMany(e => e)];
        Assert.Equal(60_000, most.Length);
        Assert.True(Is(FrameKind.RosterEntries, most));
        Assert.False(Is(FrameKind.RosterEntries, [.. most, 0, 1, 9]));
    }

    [Fact]
    public void Texts_have_the_length_they_say()
    {
        Assert.True(Is(FrameKind.Join, [0]));
        Assert.True(Is(FrameKind.Join, [63, .. new byte[63]]));
        Assert.False(Is(FrameKind.Join, [64, .. new byte[64]]));
        Assert.False(Is(FrameKind.Join, [1]));
        Assert.False(Is(FrameKind.Join, [1, 2, 3]));
        Assert.False(Is(FrameKind.Join, []));
        Assert.True(Is(FrameKind.JoinRefused, [5, 0]));
        Assert.True(Is(FrameKind.JoinRefused, [5, 255, .. new byte[255]]));
        Assert.False(Is(FrameKind.JoinRefused, [5]));
        Assert.False(Is(FrameKind.JoinRefused, [5, 1]));
    }

    [Fact]
    public void Closing_needs_one_of_four_reasons()
    {
        for (var reason = 0; reason < 256; reason++) Assert.Equal(reason is >= 1 and <= 4, Is(FrameKind.Close, [(byte)reason]));
        Assert.False(Is(FrameKind.Close, []));
        Assert.False(Is(FrameKind.Close, [1, 1]));
    }

    [Fact]
    public void Other_kinds_have_no_body_at_all()
    {
        for (var kind = 0; kind < 256; kind++)
        {
            if (Enum.IsDefined((FrameKind)kind) && kind != 0) continue;
            for (var length = 0; length < 100; length++) Assert.False(Is((FrameKind)kind, new byte[length]));
        }
    }

    [Fact]
    public void Super_segments_need_an_agreement_and_the_MTU_counts()
    {
        Assert.False(FrameBody.IsWellFormed(FrameKind.OffloadFrame, new byte[1000], Plain));
        Assert.True(FrameBody.IsWellFormed(FrameKind.Frame, new byte[9018], Plain with { Mtu = 9000 }));
        Assert.False(FrameBody.IsWellFormed(FrameKind.Frame, new byte[1299], Plain with { Mtu = 1280 }));
    }

    private static bool Is(FrameKind kind, byte[] body) => FrameBody.IsWellFormed(kind, body, Offloading);
}
