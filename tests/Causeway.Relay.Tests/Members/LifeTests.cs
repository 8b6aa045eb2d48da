using System.Net;
using System.Net.Sockets;
using Causeway.Cryptography.Hybrid;
using Causeway.Tunnel.Protocol.Relaying;
using Causeway.Tunnel.Protocol.Wire;
using Causeway.Tunnel.Relays;

namespace Causeway.Relay.Tests.Members;

/// <summary>Coming in, going, and coming again.</summary>
public sealed class LifeTests
{
    [Fact]
    public async Task A_full_relay_says_when_to_come_again()
    {
        await using var relay = await TestRelay.StartAsync(new RelayOptions { MaxMembers = 2, RetryAfter = TimeSpan.FromSeconds(17) });
        using var a = await RawMember.ProvedAsync(relay);
        var b = await RawMember.ProvedAsync(relay);
        using var refused = await RawMember.OpenAsync(relay);
        Assert.StartsWith("HTTP/1.1 503", refused.Response);
        Assert.Contains("Retry-After: 17", refused.Response, StringComparison.Ordinal);
        await using var member = new TestMember(relay.Url);
        var e = await Assert.ThrowsAsync<TunnelException>(() => member.Connection.ConnectAsync(Test.Patience()));
        Assert.Contains("full", e.Message, StringComparison.Ordinal);
        Assert.InRange(member.Connection.Status.Pause, TimeSpan.FromSeconds(17 * 0.75), TimeSpan.FromSeconds(17 * 1.25));

        b.Dispose();
        await Eventually.HoldsAsync(() => relay.Endpoint.ConnectionCount <= 1);
        member.Connection.RetryNow();
        await member.WhenAsync(s => s.State == RelayConnectionState.Connected);
    }

    [Fact]
    public async Task Too_many_connections_of_one_address_are_refused()
    {
        await using var relay = await TestRelay.StartAsync(new RelayOptions { MaxPerAddress = 2 });
        using var a = await RawMember.HelloAsync(relay);
        using var b = await RawMember.HelloAsync(relay);
        using var c = await RawMember.OpenAsync(relay);
        Assert.StartsWith("HTTP/1.1 429", c.Response);
        Assert.Contains("Retry-After:", c.Response, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_many_failed_proofs_of_one_address_keep_it_out()
    {
        await using var relay = await TestRelay.StartAsync(new RelayOptions { MaxFailuresPerAddress = 2 });
        for (var i = 0; i < 2; i++)
        {
            using var member = await RawMember.HelloAsync(relay);
            await member.SendRecordAsync(new MemberAuth { Nonce = new byte[32], PublicKey = new byte[RelayProof.PublicKeySize], Signature = new byte[RelayProof.SignatureSize] }.Encode());
            await member.RefusedAsync(RelayRefusalCode.NotAuthentic);
        }

        using var refused = await RawMember.OpenAsync(relay);
        Assert.StartsWith("HTTP/1.1 429", refused.Response);
    }

    [Fact]
    public async Task The_address_that_a_trusted_proxy_names_counts_and_is_told_and_another_ones_is_not()
    {
        await using var relay = await TestRelay.StartAsync(new RelayOptions { MaxPerAddress = 1, TrustedProxies = [IPNetwork.Parse("127.0.0.0/8")] });
        using var a = await RawMember.OpenAsync(relay, "X-Forwarded-For: 192.0.2.1\r\n");
        using var b = await RawMember.OpenAsync(relay, "X-Forwarded-For: 192.0.2.2\r\n");
        using var c = await RawMember.OpenAsync(relay, "X-Forwarded-For: 192.0.2.99, 192.0.2.2\r\n");
        Assert.StartsWith("HTTP/1.1 101", a.Response);
        Assert.StartsWith("HTTP/1.1 101", b.Response);
        Assert.StartsWith("HTTP/1.1 429", c.Response);
        using var key = HybridSigningKey.Generate();
        await a.SendRecordAsync(a.Auth(key, RelayHello.Decode((await a.ReadAsync(RecordType.RelayHello)).AsSpan(4))));
        var welcome = RelayWelcome.Decode((await a.ReadAsync(RecordType.Welcome)).AsSpan(4));
        Assert.Equal(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 0), welcome.ObservedAddress);

        await using var plain = await TestRelay.StartAsync(new RelayOptions { MaxPerAddress = 1 });
        using var d = await RawMember.OpenAsync(plain, "X-Forwarded-For: 192.0.2.1\r\n");
        using var e = await RawMember.OpenAsync(plain, "X-Forwarded-For: 192.0.2.2\r\n");
        Assert.StartsWith("HTTP/1.1 429", e.Response);
    }

    [Fact]
    public async Task Requests_that_are_none_of_a_member_are_told_so()
    {
        await using var relay = await TestRelay.StartAsync();
        using var http = new HttpClient { BaseAddress = relay.Server.Url };
        Assert.Equal(HttpStatusCode.UpgradeRequired, (await http.GetAsync("/tunnel/v1", Test.Patience())).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("/", Test.Patience())).StatusCode);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/tunnel/v1");
        request.Headers.Connection.Add("Upgrade");
        request.Headers.Upgrade.ParseAdd("websocket");
        request.Headers.Add("Sec-WebSocket-Version", "13");
        request.Headers.Add("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA==");
        request.Headers.Add("Sec-WebSocket-Protocol", "chat");
        Assert.Equal(HttpStatusCode.BadRequest, (await http.SendAsync(request, Test.Patience())).StatusCode);
        Assert.Equal(0, relay.Endpoint.ConnectionCount);
    }

    [Fact]
    public async Task Draining_tells_members_lets_nobody_in_and_ends_those_who_stay()
    {
        var time = new ManualTimeProvider();
        await using var relay = await TestRelay.StartAsync(time: time);
        await using var a = await TestMember.ConnectAsync(relay);
        using var b = await RawMember.ProvedAsync(relay);
        var draining = relay.Endpoint.DrainAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(TimeSpan.FromSeconds(10), (await a.WhenAsync(s => s.State == RelayConnectionState.Draining)).DrainTime);
        Assert.Equal(10, (await b.ReadAsync(RecordType.Drain))[^1]);
        using var refused = await RawMember.OpenAsync(relay);
        Assert.StartsWith("HTTP/1.1 503", refused.Response);
        using var http = new HttpClient { BaseAddress = relay.Server.Url };
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await http.GetAsync("/readyz", Test.Patience())).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/healthz", Test.Patience())).StatusCode);

        // Still served.
        a.Send(b.Id, 3);
        Assert.Equal(3, (await b.ReadAsync(RecordType.Data))[^1]);
        await a.DisposeAsync();
        Assert.False(draining.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(10));
        await b.RefusedAsync(RelayRefusalCode.Draining);
        b.Dispose();
        await draining.WaitAsync(Test.Patience());
        Assert.Equal(0, relay.Endpoint.ConnectionCount);
    }

    [Fact]
    public async Task Draining_ends_at_once_when_all_have_left()
    {
        var time = new ManualTimeProvider();
        await using var relay = await TestRelay.StartAsync(time: time);
        var a = await TestMember.ConnectAsync(relay);
        var draining = relay.Endpoint.DrainAsync(TimeSpan.FromHours(1));
        await a.WhenAsync(s => s.State == RelayConnectionState.Draining);
        await a.DisposeAsync();
        await draining.WaitAsync(Test.Patience());
    }

    [Fact]
    public async Task Members_come_again_when_the_relay_was_restarted()
    {
        // Who asks in the moment before it is gone is told to wait: shortly, here.
        var relay = await TestRelay.StartToComeAgainAsync(new RelayOptions { RetryAfter = TimeSpan.FromSeconds(1) });
        await using var a = await TestMember.ConnectAsync(relay);
        await using var b = await TestMember.ConnectAsync(relay);
        var port = relay.Server.Port;
        await relay.DisposeAsync();
        await a.WhenAsync(s => s.State == RelayConnectionState.WaitingToReconnect);
        Assert.Equal(SendResult.NotConnected, a.Connection.TrySend(b.Id, [1]));
        await using var again = await TestRelay.StartAsync(port: port);
        await a.WhenAsync(s => s.State == RelayConnectionState.Connected);
        await b.WhenAsync(s => s.State == RelayConnectionState.WaitingToReconnect);
        await b.WhenAsync(s => s.State == RelayConnectionState.Connected);
        a.Send(b.Id, 1);
        Assert.Equal(a.Id, (await b.ReceiveAsync()).Source);
    }

    [Fact]
    public async Task A_relay_with_another_key_is_not_connected_to()
    {
        await using var relay = await TestRelay.StartAsync();
        using var other = HybridSigningKey.Generate();
        await using var member = new TestMember(relay.Url with { RelayId = Causeway.Tunnel.Protocol.Identity.TunnelPeerId.FromPublicKey(other.PublicKey.Bytes.Span) });
        var e = await Assert.ThrowsAsync<TunnelException>(() => member.Connection.ConnectAsync(Test.Patience()));
        Assert.Contains("not bciq", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_a_member_connects_to_can_be_refused_before_anything_is_sent()
    {
        await using var relay = await TestRelay.StartAsync();
        IPEndPoint? asked = null;
        await using var member = new TestMember(relay.Url, options: new RelayConnectionOptions
        {
            ConnectCallback = (_, endpoint, _) =>
            {
                asked = endpoint;
                throw new TunnelException("that would go through the tunnel itself");
            },
        });
        var e = await Assert.ThrowsAsync<TunnelException>(() => member.Connection.ConnectAsync(Test.Patience()));
        Assert.Equal("that would go through the tunnel itself", e.Message);
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, relay.Server.Port), asked);
        Assert.Equal(0, relay.Endpoint.ConnectionCount);
    }

    [Fact]
    public async Task Where_nothing_listens_is_said()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await using var member = new TestMember(new RelayUrl("127.0.0.1", ((IPEndPoint)taken.LocalEndPoint!).Port, isSecure: false));
        var e = await Assert.ThrowsAsync<TunnelException>(() => member.Connection.ConnectAsync(Test.Patience()));
        Assert.Contains("nothing listens at", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Asking_measures_the_round_trip_and_a_member_that_is_not_answered_connects_again()
    {
        await using var relay = await TestRelay.StartAsync();
        await using var member = await TestMember.ConnectAsync(relay);
        await Eventually.HoldsAsync(() => member.Connection.RoundTripTime > TimeSpan.Zero);
        Assert.InRange(member.Connection.Load, 0, 100);
    }
}
