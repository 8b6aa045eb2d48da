using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Causeway.Network.PortMappings;
using Causeway.Network.PortMappings.Gateways;
using Causeway.Network.PortMappings.NatPmp;
using Causeway.Network.PortMappings.Pcp;

namespace Causeway.Network.Tests.PortMappings;

/// <summary>PCP and NAT-PMP over sockets.</summary>
public sealed class GatewayClientTests
{
    private static readonly GatewayRequest Request = new(ProtocolType.Udp, 9092) { Lifetime = TimeSpan.FromHours(1) };

    private readonly ObservedTime _time = new();
    private uint _epoch = 1000;

    [Fact]
    public async Task By_PCP_a_port_is_mapped_and_unmapped()
    {
        await using var router = new ScriptedRouter(request => [Pcp(request)]);
        using var client = new PcpClient(router.EndPoint, IPAddress.Loopback, _time);

        Assert.Equal(new GatewayStatus(null, false), await client.CheckAsync([], CancellationToken.None));
        Assert.Equal(new GatewayMapping(IPEndPoint.Parse("198.51.100.7:9100"), TimeSpan.FromSeconds(1800)), await client.MapAsync(Request, CancellationToken.None));
        await client.UnmapAsync(Request, CancellationToken.None);
        Assert.Equal([0u, 3600u, 0u], router.Requests.Select(r => BinaryPrimitives.ReadUInt32BigEndian(r.AsSpan(4))));
    }

    [Fact]
    public async Task By_NAT_PMP_a_port_is_mapped_and_unmapped()
    {
        await using var router = new ScriptedRouter(request => [NatPmp(request)]);
        using var client = new NatPmpClient(router.EndPoint, IPAddress.Loopback, _time);

        Assert.Equal(new GatewayStatus(IPAddress.Parse("198.51.100.7"), false), await client.CheckAsync([], CancellationToken.None));
        Assert.Equal(new GatewayMapping(IPEndPoint.Parse("198.51.100.7:9100"), TimeSpan.FromSeconds(1800)), await client.MapAsync(Request, CancellationToken.None));
        await client.UnmapAsync(Request, CancellationToken.None);
    }

    [Theory]
    [InlineData(PortMappingProtocol.Pcp)]
    [InlineData(PortMappingProtocol.NatPmp)]
    public async Task A_restart_of_the_router_shows_once_in_the_next_check(PortMappingProtocol protocol)
    {
        await using var router = new ScriptedRouter(request => [protocol == PortMappingProtocol.Pcp ? Pcp(request) : NatPmp(request)]);
        using IGatewayClient client = protocol == PortMappingProtocol.Pcp ? new PcpClient(router.EndPoint, IPAddress.Loopback, _time) : new NatPmpClient(router.EndPoint, IPAddress.Loopback, _time);

        await client.MapAsync(Request, CancellationToken.None);
        Assert.False((await client.CheckAsync([Request], CancellationToken.None)).HasForgotten);
        _epoch = 3;
        await client.MapAsync(Request, CancellationToken.None);
        Assert.True((await client.CheckAsync([Request], CancellationToken.None)).HasForgotten);
        Assert.False((await client.CheckAsync([Request], CancellationToken.None)).HasForgotten);
    }

    [Fact]
    public async Task The_two_protocols_on_one_port_recognise_each_other()
    {
        await using var natPmpOnly = new ScriptedRouter(request => [request[0] == 2 ? [0, (byte)(0x80 | request[1]), 0, 1, 0, 0, 0, 9] : NatPmp(request)]);
        await using var pcpOnly = new ScriptedRouter(request => [request[0] == 0 ? [2, (byte)(0x80 | request[1]), 0, 1, .. new byte[20]] : Pcp(request)]);
        foreach (var (router, spoken) in new[] { (natPmpOnly, PortMappingProtocol.NatPmp), (pcpOnly, PortMappingProtocol.Pcp) })
        {
            IGatewayClient[] clients = [new PcpClient(router.EndPoint, IPAddress.Loopback, _time), new NatPmpClient(router.EndPoint, IPAddress.Loopback, _time)];
            var reports = await GatewayDiscovery.RunAsync(clients, _time, CancellationToken.None);

            Assert.Equal(spoken, Assert.Single(reports, r => r.IsAvailable).Protocol);
            Assert.Single(reports, r => r.Problem is not null);
        }
    }

    [Fact]
    public async Task Answers_to_something_else_are_passed_over()
    {
        await using var router = new ScriptedRouter(request =>
        [
            [1],
            Pcp(new PcpRequest(request) { Port = 1 }.Bytes),
            Pcp(new PcpRequest(request) { Nonce = 77 }.Bytes),
            Pcp(request),
        ]);
        using var client = new PcpClient(router.EndPoint, IPAddress.Loopback, _time);

        Assert.Equal(9100, (await client.MapAsync(Request, CancellationToken.None)).External.Port);
    }

    [Fact]
    public async Task A_silent_router_is_asked_five_times_in_eight_seconds()
    {
        await using var router = new ScriptedRouter(_ => []);
        using var client = new NatPmpClient(router.EndPoint, IPAddress.Loopback, _time);
        var checking = client.CheckAsync([], CancellationToken.None);
        foreach (var pause in new[] { 250, 500, 1000, 2000, 4000 })
        {
            Assert.Equal(TimeSpan.FromMilliseconds(pause), await _time.Waits.ReadAsync());
            Assert.False(checking.IsCompleted);
            _time.Advance(TimeSpan.FromMilliseconds(pause));
        }

        Assert.Contains("does not answer", (await Assert.ThrowsAsync<GatewayException>(() => checking)).Message);
    }

    [Theory]
    [InlineData(2, "does not allow")]
    [InlineData(7, "no connection")]
    [InlineData(8, "no mapping left")]
    [InlineData(12, "NAT lies between")]
    [InlineData(99, "99")]
    public async Task A_refusal_by_PCP_says_why(byte result, string why)
    {
        await using var router = new ScriptedRouter(request =>
        {
            var answer = Pcp(request);
            answer[3] = result;
            return [answer];
        });
        using var client = new PcpClient(router.EndPoint, IPAddress.Loopback, _time);

        Assert.Contains(why, (await Assert.ThrowsAsync<GatewayException>(() => client.MapAsync(Request, CancellationToken.None))).Message);
    }

    [Fact]
    public async Task Lifetimes_beyond_reason_are_bounded_and_a_port_that_is_none_is_refused()
    {
        var (seconds, port) = (uint.MaxValue, (ushort)5);
        await using var router = new ScriptedRouter(request =>
        {
            var answer = Pcp(request);
            BinaryPrimitives.WriteUInt32BigEndian(answer.AsSpan(4), seconds);
            BinaryPrimitives.WriteUInt16BigEndian(answer.AsSpan(42), port);
            return [answer];
        });
        using var client = new PcpClient(router.EndPoint, IPAddress.Loopback, _time);

        Assert.Equal(TimeSpan.FromDays(1), (await client.MapAsync(Request, CancellationToken.None)).Lifetime);
        seconds = 0;
        Assert.Equal(TimeSpan.FromSeconds(10), (await client.MapAsync(Request, CancellationToken.None)).Lifetime);
        port = 0;
        await Assert.ThrowsAsync<GatewayException>(() => client.MapAsync(Request, CancellationToken.None));
    }

    /// <summary>Success; for mappings 1800 s at 198.51.100.7:9100.</summary>
    private byte[] Pcp(byte[] request)
    {
        byte[] answer = [.. request];
        answer[1] |= 0x80;
        answer[3] = 0;
        answer.AsSpan(4, 20).Clear();
        BinaryPrimitives.WriteUInt32BigEndian(answer.AsSpan(8), _epoch);
        if (request.Length == 24) return answer;
        BinaryPrimitives.WriteUInt32BigEndian(answer.AsSpan(4), 1800);
        BinaryPrimitives.WriteUInt16BigEndian(answer.AsSpan(42), 9100);
        Convert.FromHexString("C6336407").CopyTo(answer, 56);
        return answer;
    }

    private byte[] NatPmp(byte[] request)
    {
        var answer = new byte[request[1] == 0 ? 12 : 16];
        answer[1] = (byte)(0x80 | request[1]);
        BinaryPrimitives.WriteUInt32BigEndian(answer.AsSpan(4), _epoch);
        if (request[1] == 0)
        {
            Convert.FromHexString("C6336407").CopyTo(answer, 8);
            return answer;
        }

        request.AsSpan(4, 2).CopyTo(answer.AsSpan(8));
        BinaryPrimitives.WriteUInt16BigEndian(answer.AsSpan(10), 9100);
        BinaryPrimitives.WriteUInt32BigEndian(answer.AsSpan(12), 1800);
        return answer;
    }

    /// <summary>A request with another port or nonce.</summary>
    private sealed class PcpRequest(byte[] bytes)
    {
        public byte[] Bytes { get; } = [.. bytes];

        public ushort Port
        {
            init => BinaryPrimitives.WriteUInt16BigEndian(Bytes.AsSpan(40), value);
        }

        public byte Nonce
        {
            init => Bytes[24] ^= value;
        }
    }
}
