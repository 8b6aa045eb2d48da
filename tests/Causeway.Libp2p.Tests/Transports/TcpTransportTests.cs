using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Causeway.Libp2p.Transports;
using Causeway.Libp2p.Transports.Tcp;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Tests.Transports;

public sealed class TcpTransportTests : TransportConformance
{
    // Bound and never listened on: connecting is refused, and nobody else gets the port.
    private static readonly Socket Bound = BoundSocket();

    protected override Multiaddress ListenAddress => Multiaddress.Parse("/ip4/127.0.0.1/tcp/0");

    protected override Multiaddress NobodyListens => Multiaddress.FromTcp((IPEndPoint)Bound.LocalEndPoint!);

    protected override ITransport Create() => new TcpTransport();

    [Fact]
    public async Task Disposing_while_the_other_end_does_not_read_leaves_the_buffer_to_the_flush_under_way()
    {
        const int Chunk = 1 << 20;
        await using var listener = await Create().ListenAsync(ListenAddress, Patience);
        var dialed = await Create().DialAsync(listener.Address, Patience);
        var accepted = (await listener.AcceptAsync(Patience))!;
        ArraySegment<byte> buffer;
        ValueTask<FlushResult> flush;
        while (true)
        {
            Assert.True(MemoryMarshal.TryGetArray<byte>(accepted.Output.GetMemory(Chunk), out buffer));
            accepted.Output.Advance(Chunk);
            flush = accepted.Output.FlushAsync();
            if (!flush.IsCompleted) break;
            await flush;
        }

        var closing = accepted.DisposeAsync();
        var rented = ArrayPool<byte>.Shared.Rent(buffer.Array!.Length);
        Assert.NotSame(buffer.Array, rented);
        dialed.Abort();
        await Assert.ThrowsAsync<Libp2pException>(async () => await flush);
        await closing;
    }

    [Fact]
    public async Task IPv4_and_IPv6_can_share_a_port()
    {
        if (!Socket.OSSupportsIPv6) Requirement.Missing("IPv6");
        await using var four = await Create().ListenAsync(Multiaddress.Parse("/ip4/0.0.0.0/tcp/0"), Patience);
        await using var six = await Create().ListenAsync(Multiaddress.Parse("/ip6/::/tcp/" + four.Address.ValueOf("tcp")), Patience);
        Assert.Equal(four.Address.ValueOf("tcp"), six.Address.ValueOf("tcp"));
        await using var dialed = await Create().DialAsync(Multiaddress.Parse("/ip6/::1/tcp/" + six.Address.ValueOf("tcp")), Patience);
        await using var accepted = await six.AcceptAsync(Patience);
        Assert.Equal("::1", accepted!.RemoteAddress.ValueOf("ip6"));
    }

    [Fact]
    public async Task A_port_with_connections_in_time_wait_can_be_bound_again()
    {
        var listener = await ListenOutsideTheEphemeralPortsAsync();
        var dialed = await Create().DialAsync(listener.Address, Patience);
        var accepted = (await listener.AcceptAsync(Patience))!;

        // The listening side closes first, so that TIME_WAIT is on its port.
        var closing = accepted.DisposeAsync();
        await ReadToEndAsync(dialed.Input);
        await dialed.DisposeAsync();
        await closing;
        await listener.DisposeAsync();
        await using var again = await Create().ListenAsync(listener.Address, Patience);
        Assert.Equal(listener.Address, again.Address);
    }

    [Fact]
    public async Task A_connection_that_was_reset_before_it_was_accepted_does_not_end_the_listener()
    {
        await using var listener = await Create().ListenAsync(ListenAddress, Patience);
        for (var i = 0; i < 20; i++) (await Create().DialAsync(listener.Address, Patience)).Abort();
        await using var good = await Create().DialAsync(listener.Address, Patience);
        await good.Output.WriteAsync("good"u8.ToArray(), Patience);
        while (true)
        {
            var accepted = await listener.AcceptAsync(Patience);
            Assert.NotNull(accepted);
            if (accepted.RemoteAddress.Equals(good.LocalAddress)) break;
            accepted.Abort();
        }
    }

    [Fact]
    public async Task Reading_a_reset_connection_says_so()
    {
        await using var pair = await ConnectAsync();
        pair.Listener.Abort();
        var error = await Assert.ThrowsAsync<Libp2pException>(() => pair.Dialer.Input.ReadAsync(Patience).AsTask());
        Assert.Equal(Libp2pError.ConnectionClosed, error.Error);
        Assert.Contains("reset", error.Message);
    }

    [Fact]
    public async Task An_address_that_is_not_TCP_is_refused_with_a_hint()
    {
        var error = await Assert.ThrowsAsync<Libp2pException>(() => Create().DialAsync(Multiaddress.Parse("/ip4/1.2.3.4/udp/5"), Patience).AsTask());
        Assert.Equal(Libp2pError.NoAddress, error.Error);
        Assert.Contains("/tcp/", error.Message);
    }

    [Fact]
    public void Options_out_of_range_are_refused() =>
        Assert.Throws<ArgumentException>(() => new TcpTransport(new TcpTransportOptions { Backlog = 0 }));

    [Theory]
    [InlineData(SocketError.TooManyOpenSockets, Libp2pError.ResourceLimit)]
    [InlineData(SocketError.ConnectionRefused, Libp2pError.Unreachable)]
    [InlineData(SocketError.HostUnreachable, Libp2pError.Unreachable)]
    [InlineData(SocketError.TimedOut, Libp2pError.Unreachable)]
    [InlineData(SocketError.AddressFamilyNotSupported, Libp2pError.NoAddress)]
    public void Errors_of_dialing_are_classified(SocketError code, Libp2pError expected) =>
        Assert.Equal(expected, SocketErrors.Dialing(ListenAddress, new SocketException((int)code)).Error);

    private static Socket BoundSocket()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    // Not among the ports that the system gives to others, who could take it between two listeners.
    private async Task<ITransportListener> ListenOutsideTheEphemeralPortsAsync()
    {
        for (var port = Random.Shared.Next(20_000, 30_000); ; port++)
        {
            try
            {
                return await Create().ListenAsync(Multiaddress.Parse($"/ip4/127.0.0.1/tcp/{port}"), Patience);
            }
            catch (Libp2pException) when (port < 32_000)
            {
                // In use; the next one, then.
            }
        }
    }
}
