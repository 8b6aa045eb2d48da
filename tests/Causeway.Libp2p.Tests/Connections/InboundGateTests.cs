using Causeway.Libp2p.Connections.Inbound;
using static Causeway.Libp2p.Tests.Some;

namespace Causeway.Libp2p.Tests.Connections;

public sealed class InboundGateTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void One_address_gets_only_so_many_connections()
    {
        var gate = new InboundGate(new InboundOptions { MaxPerAddress = 2 }, _time);
        Assert.True(gate.TryEnter(Address("/ip4/1.2.3.4/tcp/1"), out var first));
        Assert.True(gate.TryEnter(Address("/ip4/1.2.3.4/tcp/2"), out _));
        Assert.False(gate.TryEnter(Address("/ip4/1.2.3.4/tcp/3"), out _));
        Assert.True(gate.TryEnter(Address("/ip4/1.2.3.5/tcp/3"), out _));
        first.Release();
        Assert.True(gate.TryEnter(Address("/ip4/1.2.3.4/tcp/3"), out _));
    }

    [Fact]
    public void One_address_holds_only_so_many_handshakes_and_leaves_room_for_others()
    {
        var gate = new InboundGate(new InboundOptions { MaxHandshakesPerAddress = 2 }, _time);
        Assert.True(gate.TryEnter(Address("/ip4/1.2.3.4/tcp/1"), out var first));
        Assert.True(gate.TryEnter(Address("/ip4/1.2.3.4/tcp/2"), out _));
        Assert.False(gate.TryEnter(Address("/ip4/1.2.3.4/tcp/3"), out _));
        Assert.True(gate.TryEnter(Address("/ip4/1.2.3.5/tcp/3"), out _));
        first.EndHandshake();
        Assert.True(gate.TryEnter(Address("/ip4/1.2.3.4/tcp/3"), out _));
        Assert.False(gate.TryEnter(Address("/ip4/1.2.3.4/tcp/4"), out _));
    }

    [Fact]
    public void One_address_gets_them_only_so_fast()
    {
        var gate = new InboundGate(new InboundOptions { BurstPerAddress = 3, RatePerAddress = 2 }, _time);
        for (var i = 0; i < 3; i++) Assert.True(Knock());
        Assert.False(Knock());
        _time.Advance(TimeSpan.FromMilliseconds(499));
        Assert.False(Knock());
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(Knock());
        Assert.False(Knock());
        _time.Advance(TimeSpan.FromHours(1));
        for (var i = 0; i < 3; i++) Assert.True(Knock());
        Assert.False(Knock());

        bool Knock()
        {
            if (!gate.TryEnter(Address("/ip4/1.2.3.4/tcp/1"), out var ticket)) return false;
            ticket.EndHandshake();
            ticket.Release();
            return true;
        }
    }

    [Fact]
    public void An_IPv6_network_counts_as_one_address()
    {
        var gate = new InboundGate(new InboundOptions { MaxPerAddress = 1 }, _time);
        Assert.True(gate.TryEnter(Address("/ip6/2001:db8:1:2::1/tcp/1"), out _));
        Assert.False(gate.TryEnter(Address("/ip6/2001:db8:1:2:ffff::9/tcp/1"), out _));
        Assert.True(gate.TryEnter(Address("/ip6/2001:db8:1:3::1/tcp/1"), out _));
    }

    [Fact]
    public void Loopback_and_in_process_connections_are_exempt()
    {
        var gate = new InboundGate(new InboundOptions { MaxPerAddress = 1, MaxHandshakesPerAddress = 1, BurstPerAddress = 1 }, _time);
        for (var i = 1; i < 100; i++)
        {
            Assert.True(gate.TryEnter(Address($"/ip4/127.0.0.1/tcp/{i}"), out _));
            Assert.True(gate.TryEnter(Address($"/ip6/::1/tcp/{i}"), out _));
            Assert.True(gate.TryEnter(Address($"/memory/{i}"), out _));
        }

        Assert.Equal(0, gate.Count);
    }

    [Fact]
    public void A_quiet_source_is_forgotten()
    {
        var gate = new InboundGate(new InboundOptions { BurstPerAddress = 2, RatePerAddress = 1 }, _time);
        Assert.True(gate.TryEnter(Address("/ip4/1.2.3.4/tcp/1"), out var ticket));
        _time.Advance(TimeSpan.FromSeconds(2));
        gate.Sweep();
        Assert.Equal(1, gate.Count);
        ticket.Release();
        gate.Sweep();
        Assert.Equal(1, gate.Count);
        ticket.EndHandshake();
        gate.Sweep();
        Assert.Equal(0, gate.Count);
    }

    [Fact]
    public void Sources_are_bounded()
    {
        var gate = new InboundGate(new InboundOptions(), _time);
        for (var i = 0; i < 20_000; i++) gate.TryEnter(Address($"/ip4/9.{i >> 16}.{(i >> 8) & 255}.{i & 255}/tcp/1"), out _);
        Assert.InRange(gate.Count, 1, 16 * 1024);
    }
}
