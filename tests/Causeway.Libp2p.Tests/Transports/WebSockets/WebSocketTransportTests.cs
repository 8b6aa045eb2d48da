using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using Causeway.Libp2p.Transports.WebSockets;
using Causeway.Multiformats;
using static Causeway.Libp2p.Tests.Some;

namespace Causeway.Libp2p.Tests.Transports.WebSockets;

public sealed class WebSocketTransportTests
{
    private static readonly Multiaddress Any = Address("/ip4/127.0.0.1/tcp/0/ws");

    [Fact]
    public async Task IPv4_and_IPv6_can_share_a_port()
    {
        if (!Socket.OSSupportsIPv6) Requirement.Missing("IPv6");
        var transport = new WebSocketTransport();
        await using var four = await transport.ListenAsync(Address("/ip4/0.0.0.0/tcp/0/ws"), Patience);
        var port = four.Address.ValueOf("tcp");
        await using var six = await transport.ListenAsync(Address($"/ip6/::/tcp/{port}/ws"), Patience);
        await using var dialed = await transport.DialAsync(Address($"/ip6/::1/tcp/{port}/ws"), Patience);
        await using var accepted = await six.AcceptAsync(Patience);
        Assert.Equal("::1", accepted!.RemoteAddress.ValueOf("ip6"));
    }

    [Fact]
    public async Task A_secure_address_without_a_certificate_is_refused_with_a_hint()
    {
        var error = await Assert.ThrowsAsync<Libp2pException>(() => new WebSocketTransport().ListenAsync(Address("/ip4/127.0.0.1/tcp/0/wss"), Patience).AsTask());
        Assert.Equal(Libp2pError.InvalidArgument, error.Error);
        Assert.Contains("certificate", error.Message);
    }

    [Fact]
    public async Task A_certificate_that_the_system_does_not_trust_is_refused_by_default()
    {
        using var certificate = new TestCertificate();
        var transport = new WebSocketTransport(new WebSocketTransportOptions { Certificate = certificate.Server });
        await using var listener = await transport.ListenAsync(Address("/ip4/127.0.0.1/tcp/0/wss"), Patience);
        var error = await Assert.ThrowsAsync<Libp2pException>(() => transport.DialAsync(listener.Address, Patience).AsTask());
        Assert.Equal(Libp2pError.WrongPeer, error.Error);
    }

    [Theory]
    [InlineData("gateway.example", true)]
    [InlineData("other.example", false)]
    public async Task The_certificate_must_be_for_the_name_that_was_dialed(string name, bool fits)
    {
        using var certificate = new TestCertificate("gateway.example");
        string? asked = null;
        var transport = new WebSocketTransport(new WebSocketTransportOptions
        {
            Certificate = certificate.Server,
            ValidateCertificate = (sender, shown, _, errors) =>
            {
                asked = ((SslStream)sender).TargetHostName;
                return certificate.Is(shown) && !errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch);
            },
        });
        await using var listener = await transport.ListenAsync(Address("/ip4/127.0.0.1/tcp/0/wss"), Patience);
        var address = Address($"/ip4/127.0.0.1/tcp/{listener.Address.ValueOf("tcp")}/tls/sni/{name}/ws");
        var dialing = transport.DialAsync(address, Patience).AsTask();
        if (fits)
        {
            await using var dialed = await dialing;
            Assert.Equal(address, dialed.RemoteAddress);
        }
        else
        {
            Assert.Equal(Libp2pError.WrongPeer, (await Assert.ThrowsAsync<Libp2pException>(() => dialing)).Error);
        }

        Assert.Equal(name, asked);
    }

    [Fact]
    public async Task A_server_that_answers_something_else_is_no_peer()
    {
        using var server = new RawServer("HTTP/1.1 302 Found\r\nLocation: ws://192.0.2.1/\r\nContent-Length: 0\r\n\r\n");
        var error = await Assert.ThrowsAsync<Libp2pException>(() => new WebSocketTransport().DialAsync(server.Address, Patience).AsTask());
        Assert.Equal(Libp2pError.Unreachable, error.Error);
        Assert.DoesNotContain("Authorization", await server.Request);
    }

    [Fact]
    public async Task An_answer_without_end_is_given_up()
    {
        using var server = new RawServer("HTTP/1.1 101 Switching Protocols\r\n" + string.Concat(Enumerable.Repeat("X-Filler: 0123456789\r\n", 4000)));
        var error = await Assert.ThrowsAsync<Libp2pException>(() => new WebSocketTransport().DialAsync(server.Address, Patience).AsTask());
        Assert.Equal(Libp2pError.Unreachable, error.Error);
    }

    [Fact]
    public async Task A_server_that_says_nothing_is_left_after_the_time_out()
    {
        var time = new ManualTimeProvider();
        using var server = new RawServer("");
        var dialing = new WebSocketTransport(time: time).DialAsync(server.Address, Patience).AsTask();
        await server.Request;
        time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(Libp2pError.TimedOut, (await Assert.ThrowsAsync<Libp2pException>(() => dialing)).Error);
    }

    [Fact]
    public async Task A_text_message_ends_the_connection()
    {
        await using var listener = await new WebSocketTransport().ListenAsync(Any, Patience);
        using var client = await ClientAsync(listener.Address);
        await using var accepted = await listener.AcceptAsync(Patience);
        await client.SendAsync("text"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, Patience);
        var error = await Assert.ThrowsAsync<Libp2pException>(() => accepted!.Input.ReadAsync(Patience).AsTask());
        Assert.Equal(Libp2pError.ProtocolViolation, error.Error);
        accepted!.Abort();
    }

    [Fact]
    public async Task Empty_messages_and_fragments_are_nothing_to_a_reader()
    {
        await using var listener = await new WebSocketTransport().ListenAsync(Any, Patience);
        using var client = await ClientAsync(listener.Address);
        await using var accepted = await listener.AcceptAsync(Patience);
        var reading = accepted!.Input.ReadAtLeastAsync(4, Patience);
        await client.SendAsync(ReadOnlyMemory<byte>.Empty, WebSocketMessageType.Binary, endOfMessage: true, Patience);
        await client.SendAsync("ab"u8.ToArray(), WebSocketMessageType.Binary, endOfMessage: false, Patience);
        await client.SendAsync(ReadOnlyMemory<byte>.Empty, WebSocketMessageType.Binary, endOfMessage: false, Patience);
        await client.SendAsync("cd"u8.ToArray(), WebSocketMessageType.Binary, endOfMessage: true, Patience);
        Assert.Equal("abcd"u8.ToArray(), (await reading).Buffer.ToArray());
    }

    [Fact]
    public async Task A_read_that_was_cancelled_within_a_message_loses_nothing()
    {
        await using var listener = await new WebSocketTransport().ListenAsync(Any, Patience);
        using var client = await RawClient.ConnectAsync(listener.Address);
        await using var accepted = await listener.AcceptAsync(Patience);

        // The header announces eight bytes (masked with zeros); four come.
        await client.SendAsync([0x82, 0x88, 0, 0, 0, 0, 1, 2, 3, 4]);
        for (var i = 0; i < 3; i++)
        {
            var reading = accepted!.Input.ReadAsync(Patience).AsTask();
            accepted.Input.CancelPendingRead();
            var cancelled = await reading;
            Assert.True(cancelled.IsCanceled);
            accepted.Input.AdvanceTo(cancelled.Buffer.Start, cancelled.Buffer.End);
        }

        await client.SendAsync([5, 6, 7, 8]);
        var result = await accepted!.Input.ReadAtLeastAsync(8, Patience);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], result.Buffer.ToArray());
    }

    [Theory]
    [InlineData(new byte[] { 0x82, 0x04, 1, 2, 3, 4 })] // not masked
    [InlineData(new byte[] { 0xC2, 0x81, 0, 0, 0, 0, 1 })] // a reserved bit: compression was not agreed on
    [InlineData(new byte[] { 0x83, 0x81, 0, 0, 0, 0, 1 })] // an unknown opcode
    [InlineData(new byte[] { 0x80, 0x81, 0, 0, 0, 0, 1 })] // a continuation of nothing
    [InlineData(new byte[] { 0x82, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 })] // 2^63 bytes and more
    public async Task Malformed_frames_end_the_connection(byte[] frame)
    {
        await using var listener = await new WebSocketTransport().ListenAsync(Any, Patience);
        using var client = await RawClient.ConnectAsync(listener.Address);
        await using var accepted = await listener.AcceptAsync(Patience);
        await client.SendAsync(frame);
        await Assert.ThrowsAsync<Libp2pException>(() => accepted!.Input.ReadAsync(Patience).AsTask());
        accepted!.Abort();
    }

    [Fact]
    public async Task A_peer_that_leaves_without_a_close_frame_is_noticed()
    {
        await using var listener = await new WebSocketTransport().ListenAsync(Any, Patience);
        var client = await RawClient.ConnectAsync(listener.Address);
        await using var accepted = await listener.AcceptAsync(Patience);
        var reading = accepted!.Input.ReadAsync(Patience).AsTask();
        client.Dispose();
        Assert.Equal(Libp2pError.ConnectionClosed, (await Assert.ThrowsAsync<Libp2pException>(() => reading)).Error);
    }

    [Fact]
    public async Task Connections_outlive_their_listener()
    {
        var transport = new WebSocketTransport();
        var listener = await transport.ListenAsync(Any, Patience);
        await using var dialed = await transport.DialAsync(listener.Address, Patience);
        await using var accepted = await listener.AcceptAsync(Patience);
        await listener.DisposeAsync();
        await Assert.ThrowsAsync<Libp2pException>(() => transport.DialAsync(listener.Address, Patience).AsTask());
        await dialed.Output.WriteAsync("still here"u8.ToArray(), Patience);
        Assert.Equal(10, (await accepted!.Input.ReadAtLeastAsync(10, Patience)).Buffer.Length);
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        foreach (var options in new WebSocketTransportOptions[]
        {
            new() { MaxConnections = 0 },
            new() { MaxConnectionsPerAddress = 0 },
            new() { UpgradeTimeout = TimeSpan.Zero },
            new() { AllowedOrigins = ["example.org"] },
        })
        {
            Assert.Throws<ArgumentException>(() => new WebSocketTransport(options));
        }
    }

    private static async Task<ClientWebSocket> ClientAsync(Multiaddress address)
    {
        Assert.True(WebSocketAddress.TryParse(address, out var parsed));
        var client = new ClientWebSocket();
        await client.ConnectAsync(parsed.Uri, Patience);
        return client;
    }
}
