using System.Net;
using System.Net.Sockets;
using Causeway.Network.Stun;
using Causeway.Network.Stun.Discovery;

namespace Causeway.Network.Tests.Stun;

public sealed class StunServerTests
{
    private const int HeadersV4 = 20 + 8, HeadersV6 = 40 + 8;

    private static readonly IPEndPoint A = IPEndPoint.Parse("192.0.2.1:3478"), B = IPEndPoint.Parse("192.0.2.2:3479");
    private static readonly IPEndPoint Client = IPEndPoint.Parse("203.0.113.5:40000");
    private static readonly StunMessage Request = new() { TransactionId = StunTransactionId.Create() };

    [Fact]
    public void A_request_is_answered_with_the_address_it_came_from()
    {
        var (bytes, from) = new StunResponder(new StunServerEndPoint(A)).Respond(Request.Encode(), Client, StunChange.None)!.Value;

        Assert.True(StunMessage.TryDecode(bytes, out var answer));
        Assert.Equal((StunClass.Success, Request.TransactionId, Client, StunChange.None), (answer.Class, answer.TransactionId, answer.MappedAddress, from));
        Assert.Null(answer.OtherAddress);
        Assert.False(answer.HasFingerprint);
    }

    [Fact]
    public void A_request_with_a_checksum_is_answered_with_one()
    {
        var (bytes, _) = new StunResponder(new StunServerEndPoint(A)).Respond((Request with { HasFingerprint = true }).Encode(), Client, StunChange.None)!.Value;

        Assert.True(StunMessage.TryDecode(bytes, out var answer));
        Assert.True(answer.HasFingerprint);
    }

    [Theory]
    [InlineData(StunChange.None, StunChange.None, "192.0.2.1:3478", "192.0.2.2:3479")]
    [InlineData(StunChange.None, StunChange.Port, "192.0.2.1:3479", "192.0.2.2:3479")]
    [InlineData(StunChange.None, StunChange.Address, "192.0.2.2:3478", "192.0.2.2:3479")]
    [InlineData(StunChange.Address, StunChange.Port, "192.0.2.2:3479", "192.0.2.1:3479")]
    [InlineData(StunChange.Address | StunChange.Port, StunChange.Address | StunChange.Port, "192.0.2.1:3478", "192.0.2.1:3478")]
    public void With_two_addresses_the_answer_leaves_as_asked_for(StunChange received, StunChange change, string origin, string other)
    {
        var (bytes, from) = new StunResponder(new StunServerEndPoint(A, B)).Respond((Request with { Change = change }).Encode(), Client, received)!.Value;

        Assert.True(StunMessage.TryDecode(bytes, out var answer));
        Assert.Equal(received ^ change, from);
        Assert.Equal((IPEndPoint.Parse(origin), IPEndPoint.Parse(other)), (answer.ResponseOrigin, answer.OtherAddress));
    }

    [Fact]
    public void What_the_server_does_not_know_is_refused_by_name()
    {
        AssertRefused((Request with { Change = StunChange.Port }).Encode(), 3);
        AssertRefused([.. Convert.FromHexString("0001000C2112A442B7E7A701BC34D686FA87DFAE"), .. Convert.FromHexString("0027000412340000" + "00260000")], 0x27, 0x26);

        static void AssertRefused(byte[] request, params ushort[] unknown)
        {
            var (bytes, from) = new StunResponder(new StunServerEndPoint(A)).Respond(request, Client, StunChange.None)!.Value;
            Assert.True(StunMessage.TryDecode(bytes, out var answer));
            Assert.Equal((StunClass.Error, 420, StunChange.None), (answer.Class, answer.ErrorCode, from));
            Assert.Equal(unknown, answer.UnknownAttributes);
        }
    }

    [Fact]
    public void What_is_no_request_is_not_answered()
    {
        var responder = new StunResponder(new StunServerEndPoint(A, B));

        foreach (var kind in new[] { StunClass.Success, StunClass.Indication, StunClass.Error }) Assert.Null(responder.Respond((Request with { Class = kind, ErrorCode = kind == StunClass.Error ? 400 : 0 }).Encode(), Client, StunChange.None));
        Assert.Null(responder.Respond("something else"u8, Client, StunChange.None));
        Assert.Null(responder.Respond(Request.Encode(), new IPEndPoint(Client.Address, 0), StunChange.None));
    }

    [Theory]
    [InlineData("203.0.113.5:40000", "192.0.2.1:3478", "192.0.2.2:3479", HeadersV4)]
    [InlineData("[2001:db8::5]:40000", "[2001:db8:1::1]:3478", "[2001:db8:1::2]:3479", HeadersV6)]
    public void An_answer_is_at_most_about_twice_as_large_as_its_request(string client, string primary, string other, int headers)
    {
        List<byte[]> requests = [Request.Encode(), (Request with { HasFingerprint = true }).Encode(), (Request with { Change = StunChange.Port }).Encode()];
        for (var unknown = 1; unknown <= 40; unknown++)
        {
            var attributes = string.Concat(Enumerable.Range(0x7000, unknown).Select(type => $"{type:X4}0000"));
            requests.Add(Convert.FromHexString($"0001{unknown * 4:X4}2112A442B7E7A701BC34D686FA87DFAE{attributes}"));
        }

        foreach (var pair in new[] { new StunServerEndPoint(IPEndPoint.Parse(primary)), new StunServerEndPoint(IPEndPoint.Parse(primary), IPEndPoint.Parse(other)) })
        {
            foreach (var request in requests)
            {
                var answer = new StunResponder(pair).Respond(request, IPEndPoint.Parse(client), StunChange.None)!.Value.Answer;
                Assert.InRange((double)(answer.Length + headers) / (request.Length + headers), 0, 2.1);
            }
        }
    }

    [Fact]
    public void A_source_that_asks_too_often_is_not_answered_and_others_are()
    {
        var time = new ManualTimeProvider();
        var limiter = new SourceLimiter(perSecond: 2, burst: 4, time);

        Assert.Equal([true, true, true, true, false, false], Enumerable.Range(0, 6).Select(_ => limiter.TryTake(Client.Address)));

        // Another source shares the bucket once in 16 384 times; of ten at least nine do not.
        Assert.InRange(Enumerable.Range(1, 10).Count(i => limiter.TryTake(IPAddress.Parse($"198.51.100.{i}"))), 9, 10);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([true, true, false], Enumerable.Range(0, 3).Select(_ => limiter.TryTake(Client.Address)));
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal([true, true, true, true, false], Enumerable.Range(0, 5).Select(_ => limiter.TryTake(Client.Address)));
    }

    [Fact]
    public void An_IPv6_network_is_one_source()
    {
        var limiter = new SourceLimiter(perSecond: 1, burst: 2, new ManualTimeProvider());

        Assert.Equal([true, true, false], Enumerable.Range(1, 3).Select(i => limiter.TryTake(IPAddress.Parse($"2001:db8:1:2::{i}"))));
    }

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("::1", "::1")]
    [InlineData("127.0.0.1", "0.0.0.0")]
    public async Task A_server_answers_over_UDP(string client, string listen)
    {
        if (client == "::1" && !Socket.OSSupportsIPv6) Assert.Skip("The machine has no IPv6.");
        await using var server = StunServer.Start(new StunServerOptions { EndPoints = [new StunServerEndPoint(new IPEndPoint(IPAddress.Parse(listen), 0))] });
        var address = new IPEndPoint(IPAddress.Parse(client), server.EndPoints[0].Primary.Port);
        await using var socket = new StunSocket(address.AddressFamily, new StunClientOptions { RetransmissionTimeout = TimeSpan.FromSeconds(10) }, TimeProvider.System);

        Assert.Equal(socket.LocalEndPoint(address), (await socket.Client.BindAsync(address)).MappedAddress);
    }

    [Fact]
    public async Task A_socket_that_fails_again_and_again_is_asked_ever_more_rarely_until_it_works()
    {
        using var patience = new CancellationTokenSource(Eventually.Patience);
        var time = new ObservedTime();
        var failing = true;
        await using var server = StunServer.Start(
            new StunServerOptions { EndPoints = [new StunServerEndPoint(IPEndPoint.Parse("127.0.0.1:0"))] },
            time,
            null,
            (socket, buffer, anyone, cancel) => failing ? throw new SocketException((int)SocketError.NetworkDown) : socket.ReceiveFromAsync(buffer, anyone, cancel));
        var pauses = new List<TimeSpan>();
        for (var i = 0; i < 10; i++)
        {
            pauses.Add(await time.Waits.ReadAsync(patience.Token));
            failing = i < 9;
            time.Advance(pauses[^1]);
        }

        Assert.Equal([10, 20, 40, 80, 160, 320, 640, 1000, 1000, 1000], pauses.Select(static p => p.TotalMilliseconds));
        using var client = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        await client.SendAsync(Request.Encode(), server.EndPoints[0].Primary, patience.Token);
        Assert.True(StunMessage.TryDecode((await client.ReceiveAsync(patience.Token)).Buffer, out _));
    }

    [Fact]
    public async Task Requests_beyond_the_rate_are_not_answered()
    {
        await using var server = StunServer.Start(new StunServerOptions { EndPoints = [new StunServerEndPoint(IPEndPoint.Parse("0.0.0.0:0"))], AnswersPerSecond = 1, Burst = 2 }, new ManualTimeProvider());
        var port = server.EndPoints[0].Primary.Port;
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(IPEndPoint.Parse("127.0.0.1:0"));
        for (var i = 0; i < 5; i++) await socket.SendToAsync(Request.Encode(), new IPEndPoint(IPAddress.Loopback, port));

        // The server takes one datagram after the other: when another source has its answer, the five are dealt with. Of several one at least has a bucket of its own.
        await Task.WhenAny(Enumerable.Range(2, 4).Select(async i =>
        {
            using var other = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            other.Bind(IPEndPoint.Parse($"127.0.0.{i}:0"));
            await other.SendToAsync(Request.Encode(), IPEndPoint.Parse($"127.0.0.1:{port}"));
            await other.ReceiveAsync(new byte[StunMessage.MaxLength]);
        }));
        var answers = 0;
        for (; socket.Available > 0; answers++) await socket.ReceiveAsync(new byte[StunMessage.MaxLength]);
        Assert.Equal(2, answers);
    }

    [Fact]
    public async Task A_machine_without_a_NAT_is_recognised_by_a_server_with_two_addresses()
    {
        // All of 127/8 is the loopback on Linux.
        await using var server = StunServer.Start(new StunServerOptions { EndPoints = [new StunServerEndPoint(IPEndPoint.Parse("127.0.0.1:0"), IPEndPoint.Parse("127.0.0.2:0"))] });
        var found = await new NatDiscovery(AddressFamily.InterNetwork, options: new StunClientOptions { RetransmissionTimeout = TimeSpan.FromSeconds(10) }).DiscoverAsync([server.EndPoints[0].Primary]);

        Assert.True(found.IsReachable);
        Assert.Equal((NatMapping.None, NatFiltering.EndpointIndependent, null), (found.Mapping, found.Filtering, found.HairPinning));
        Assert.Equal(found.LocalEndPoint, found.PublicEndPoint);
    }

    [Fact]
    public void Options_that_cannot_work_are_refused()
    {
        foreach (var (primary, other) in new[] { ("192.0.2.1:1", "[::1]:2"), ("192.0.2.1:1", "192.0.2.1:2"), ("192.0.2.1:1", "192.0.2.2:1"), ("0.0.0.0:1", "192.0.2.2:2") })
            Assert.Throws<ArgumentException>(() => StunServer.Start(new StunServerOptions { EndPoints = [new StunServerEndPoint(IPEndPoint.Parse(primary), IPEndPoint.Parse(other))] }));
        Assert.Throws<ArgumentException>(() => StunServer.Start(new StunServerOptions { EndPoints = [] }));
        Assert.Throws<ArgumentException>(() => StunServer.Start(new StunServerOptions { AnswersPerSecond = 0 }));
        Assert.Throws<ArgumentException>(() => StunServer.Start(new StunServerOptions { Burst = 0 }));
    }
}
