using System.Net.Sockets;
using Causeway.Libp2p.Transports;
using Causeway.Libp2p.Transports.Tcp;
using static Causeway.Libp2p.Tests.Some;

namespace Causeway.Libp2p.Tests.Transports;

/// <summary>Dialing from the port that is listened on.</summary>
public sealed class PortReuseTests
{
    [Fact]
    public async Task A_connection_comes_from_the_port_that_is_listened_on()
    {
        var (one, two) = (Create(PortReuse.Always), Create(PortReuse.Always));
        await using var ours = await one.ListenAsync(Address("/ip4/127.0.0.1/tcp/0"), Patience);
        await using var theirs = await two.ListenAsync(Address("/ip4/127.0.0.1/tcp/0"), Patience);
        await using var dialed = await one.DialAsync(theirs.Address, Patience);
        await using var accepted = await theirs.AcceptAsync(Patience);
        Assert.Equal(ours.Address, dialed.LocalAddress);
        Assert.Equal(ours.Address, accepted!.RemoteAddress);

        // There is one connection from this port to that one; the second comes from another.
        await using var second = await one.DialAsync(theirs.Address, Patience);
        Assert.NotEqual(ours.Address, second.LocalAddress);
        await using var back = await two.DialAsync(ours.Address, Patience);
        Assert.NotEqual(theirs.Address, back.LocalAddress);

        // And others still get in.
        await using var inbound = await ours.AcceptAsync(Patience);
        Assert.Equal(back.LocalAddress, inbound!.RemoteAddress);
    }

    [Theory]
    [InlineData(PortReuse.Off)]
    [InlineData(PortReuse.Public)]
    public async Task Unless_it_is_wanted_any_port_will_do(PortReuse mode)
    {
        var (one, two) = (Create(mode), Create(mode));
        await using var ours = await one.ListenAsync(Address("/ip4/127.0.0.1/tcp/0"), Patience);
        await using var theirs = await two.ListenAsync(Address("/ip4/127.0.0.1/tcp/0"), Patience);
        await using var dialed = await one.DialAsync(theirs.Address, Patience);
        Assert.NotEqual(ours.Address, dialed.LocalAddress);
    }

    [Fact]
    public async Task A_port_that_is_taken_stays_an_error()
    {
        await using var ours = await Create(PortReuse.Always).ListenAsync(Address("/ip4/127.0.0.1/tcp/0"), Patience);
        var error = await Assert.ThrowsAsync<Libp2pException>(() => Create(PortReuse.Always).ListenAsync(ours.Address, Patience).AsTask());
        Assert.Equal(SocketError.AddressAlreadyInUse, Assert.IsType<SocketException>(error.InnerException).SocketErrorCode);
    }

    [Fact]
    public async Task A_host_that_dials_itself_does_not_meet_its_own_SYN()
    {
        var transport = Create(PortReuse.Always);
        await using var ours = await transport.ListenAsync(Address("/ip4/127.0.0.1/tcp/0"), Patience);
        await using var dialed = await transport.DialAsync(ours.Address, Patience);
        await using var accepted = await ours.AcceptAsync(Patience);
        Assert.NotEqual(ours.Address, accepted!.RemoteAddress);
    }

    [Fact]
    public async Task A_closed_listener_lends_its_port_to_nobody()
    {
        var (one, two) = (Create(PortReuse.Always), Create(PortReuse.Always));
        var ours = await one.ListenAsync(Address("/ip4/127.0.0.1/tcp/0"), Patience);
        await using var theirs = await two.ListenAsync(Address("/ip4/127.0.0.1/tcp/0"), Patience);
        await ours.DisposeAsync();
        await using var dialed = await one.DialAsync(theirs.Address, Patience);
        Assert.NotEqual(ours.Address, dialed.LocalAddress);
    }

    [Fact]
    public async Task Loopback_and_the_rest_of_the_world_are_dialed_from_listeners_of_their_own()
    {
        await using var theirs = await Create(PortReuse.Off).ListenAsync(Address("/ip4/127.0.0.1/tcp/0"), Patience);
        var one = Create(PortReuse.Always);
        await using var six = await one.ListenAsync(Address("/ip6/::1/tcp/0"), Patience);
        await using (var dialed = await one.DialAsync(theirs.Address, Patience)) Assert.True(dialed.LocalAddress.TryGetTcpEndPoint(out _));
        await using var any = await one.ListenAsync(Address("/ip4/0.0.0.0/tcp/0"), Patience);
        await using var fromAny = await one.DialAsync(theirs.Address, Patience);
        Assert.True(any.Address.TryGetTcpEndPoint(out var listening));
        Assert.True(fromAny.LocalAddress.TryGetTcpEndPoint(out var local));
        Assert.Equal(listening.Port, local.Port);
    }

    private static TcpTransport Create(PortReuse mode) => new(new TcpTransportOptions { PortReuse = mode });
}
