using Causeway.Cryptography.Hybrid;
using Causeway.Relay.Admission;
using Causeway.Testing;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Protocol.Relaying;
using Causeway.Tunnel.Protocol.Relaying.WebSockets;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Relay.Tests.Members;

/// <summary>What a relay does with those who do not prove who they are (tunnel protocol §2.2).</summary>
public sealed class ProofTests
{
    private static readonly HybridSigningKey Key = HybridSigningKey.Generate();

    [Fact]
    public async Task A_wrong_signature_is_refused_and_counted()
    {
        await using var relay = await TestRelay.StartAsync();
        using var member = await RawMember.HelloAsync(relay);
        var auth = member.Auth(Key);
        auth[^1] ^= 1;
        await member.SendRecordAsync(auth);
        await member.RefusedAsync(RelayRefusalCode.NotAuthentic);
        Assert.Equal(0, relay.Endpoint.MemberCount);
    }

    [Fact]
    public async Task The_proof_of_another_connection_is_refused()
    {
        await using var relay = await TestRelay.StartAsync();
        using var first = await RawMember.HelloAsync(relay);
        using var second = await RawMember.HelloAsync(relay);
        var auth = first.Auth(Key);
        await first.SendRecordAsync(auth);
        await first.ReadAsync(RecordType.Welcome);
        await second.SendRecordAsync(auth);
        await second.RefusedAsync(RelayRefusalCode.NotAuthentic);
        Assert.Equal(1, relay.Endpoint.MemberCount);
    }

    [Fact]
    public async Task The_proof_for_another_relay_is_refused()
    {
        await using var relay = await TestRelay.StartAsync();
        using var otherKey = HybridSigningKey.Generate();
        await using var other = await TestRelay.StartAsync(key: otherKey);
        using var member = await RawMember.HelloAsync(relay);
        using var there = await RawMember.HelloAsync(other);

        // A malicious relay shows its own key with the nonce of the real one.
        await there.SendRecordAsync(there.Auth(Key, member.Hello! with { PublicKey = otherKey.PublicKey.Bytes }));
        await there.RefusedAsync(RelayRefusalCode.NotAuthentic);
        await member.SendRecordAsync(member.Auth(Key, member.Hello! with { PublicKey = otherKey.PublicKey.Bytes }));
        await member.RefusedAsync(RelayRefusalCode.NotAuthentic);
    }

    [Fact]
    public async Task Data_before_the_proof_ends_the_connection()
    {
        await using var relay = await TestRelay.StartAsync();
        using var member = await RawMember.HelloAsync(relay);
        await member.SendRecordAsync(RawMember.Data(relay.Endpoint.RelayId, 1));
        await member.RefusedAsync(RelayRefusalCode.Malformed);
    }

    [Theory]
    [InlineData("20000008")] // PING
    [InlineData("12000024")] // BLOCK
    [InlineData("02001cb5")] // AUTH of another length
    [InlineData("01000a6a")] // what only relays say
    [InlineData("7f000000")]
    [InlineData("10ffffff")]
    public async Task Anything_else_before_the_proof_ends_the_connection(string header)
    {
        await using var relay = await TestRelay.StartAsync();
        using var member = await RawMember.HelloAsync(relay);
        await member.SendRecordAsync([.. Convert.FromHexString(header), .. new byte[40]]);
        await member.RefusedAsync(RelayRefusalCode.Malformed);
        Assert.Equal(WebSocketFrame.ProtocolError, member.CloseStatus);
    }

    [Fact]
    public async Task A_flood_before_the_proof_ends_after_sixteen_kibibytes()
    {
        await using var relay = await TestRelay.StartAsync();
        using var member = await RawMember.HelloAsync(relay);

        // Frames without content cost the relay something, too.
        var pings = Enumerable.Repeat(RawMember.Frame(new byte[125], WebSocketOpcode.Ping), 130).SelectMany(f => f).ToArray();
        await member.SendAsync(pings);
        await member.RefusedAsync(RelayRefusalCode.Malformed);
        using var other = await RawMember.HelloAsync(relay);
        await other.TrySendAsync([.. Enumerable.Repeat<byte[]>([0x02, 0x80, 0, 0, 0, 0, .. Enumerable.Repeat<byte[]>([0x00, 0x80, 0, 0, 0, 0], 3000).SelectMany(f => f)], 1).SelectMany(f => f)]);
        await other.RefusedAsync(RelayRefusalCode.Malformed);
    }

    [Fact]
    public async Task Who_sends_its_proof_too_slowly_is_refused()
    {
        var time = new ManualTimeProvider();
        await using var relay = await TestRelay.StartAsync(time: time);
        using var slow = await RawMember.HelloAsync(relay);
        using var silent = await RawMember.HelloAsync(relay);
        using var good = await RawMember.ProvedAsync(relay);
        var auth = RawMember.Frame(slow.Auth(Key));
        for (var i = 0; i < 9; i++)
        {
            await slow.SendAsync(auth[(i * 100)..((i + 1) * 100)]);
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(3, relay.Endpoint.ConnectionCount);
        time.Advance(TimeSpan.FromSeconds(1));
        await slow.RefusedAsync(RelayRefusalCode.Idle);
        await silent.RefusedAsync(RelayRefusalCode.Idle);
        await good.SendRecordAsync(RawMember.Data(good.Id, 7));
        Assert.Equal(7, (await good.ReadAsync(RecordType.Data))[^1]);
    }

    [Fact]
    public async Task A_second_proof_ends_the_connection()
    {
        await using var relay = await TestRelay.StartAsync();
        using var member = await RawMember.HelloAsync(relay);
        var auth = member.Auth(Key);
        await member.SendRecordAsync(auth);
        await member.ReadAsync(RecordType.Welcome);
        await member.SendRecordAsync(auth);
        await member.RefusedAsync(RelayRefusalCode.Malformed);
    }

    [Fact]
    public async Task A_peer_that_is_not_on_the_list_is_refused_and_one_that_is_served()
    {
        var path = Path.GetTempFileName();
        await File.WriteAllTextAsync(path, $"{TunnelPeerId.FromPublicKey(Key.PublicKey.Bytes.Span)}\n", TestContext.Current.CancellationToken);
        await using var relay = await TestRelay.StartAsync(allowed: new AllowList(path, NullLogger.Instance));
        using var served = await RawMember.ProvedAsync(relay, Key);
        using var other = await RawMember.HelloAsync(relay);
        using var stranger = HybridSigningKey.Generate();
        await other.SendRecordAsync(other.Auth(stranger));
        await other.RefusedAsync(RelayRefusalCode.NotAllowed);
        File.Delete(path);
    }

    [Fact]
    public async Task Who_is_taken_off_the_list_is_told_to_go()
    {
        var time = new ManualTimeProvider();
        var path = Path.GetTempFileName();
        using var other = HybridSigningKey.Generate();
        await File.WriteAllTextAsync(path, $"{TunnelPeerId.FromPublicKey(Key.PublicKey.Bytes.Span)}\n{TunnelPeerId.FromPublicKey(other.PublicKey.Bytes.Span)}\n", TestContext.Current.CancellationToken);
        await using var relay = await TestRelay.StartAsync(allowed: new AllowList(path, NullLogger.Instance, time), time: time);
        using var stays = await RawMember.ProvedAsync(relay, Key);
        using var goes = await RawMember.ProvedAsync(relay, other);
        await File.WriteAllTextAsync(path, $"{TunnelPeerId.FromPublicKey(Key.PublicKey.Bytes.Span)}\n", TestContext.Current.CancellationToken);
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddMinutes(1));
        for (var second = 0; second < 3; second++) time.Advance(TimeSpan.FromSeconds(1));
        await goes.RefusedAsync(RelayRefusalCode.NotAllowed);
        await Eventually.HoldsAsync(() => relay.Endpoint.MemberCount <= 1);
        Assert.NotNull(relay.Endpoint.Core.Members.Find(stays.Id));
        File.Delete(path);
    }

    [Fact]
    public async Task A_newer_connection_takes_over_after_its_proof_only_and_the_end_of_the_older_does_not_touch_it()
    {
        await using var relay = await TestRelay.StartAsync();
        using var other = await RawMember.ProvedAsync(relay);
        using var first = await RawMember.ProvedAsync(relay, Key);

        // Without proof nothing is taken over.
        using var impostor = await RawMember.HelloAsync(relay);
        var forged = impostor.Auth(Key);
        forged[7000] ^= 1;
        await impostor.SendRecordAsync(forged);
        await impostor.RefusedAsync(RelayRefusalCode.NotAuthentic);
        await other.SendRecordAsync(RawMember.Data(first.Id, 1));
        Assert.Equal(1, (await first.ReadAsync(RecordType.Data))[^1]);

        using var second = await RawMember.ProvedAsync(relay, Key);
        await first.RefusedAsync(RelayRefusalCode.Replaced);
        first.Dispose();
        while (relay.Endpoint.ConnectionCount > 2) await Task.Yield();
        await other.SendRecordAsync(RawMember.Data(second.Id, 2));
        Assert.Equal(2, (await second.ReadAsync(RecordType.Data))[^1]);
        Assert.Equal(2, relay.Endpoint.MemberCount);
    }

    [Fact]
    public async Task Many_connections_of_one_peer_at_once_leave_one()
    {
        await using var relay = await TestRelay.StartAsync();
        var members = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Task.Run(() => RawMember.HelloAsync(relay))));
        await Task.WhenAll(members.Select(m => m.SendRecordAsync(m.Auth(Key))));
        var outcomes = await Task.WhenAll(members.Select(async m =>
        {
            await m.ReadAsync(RecordType.Welcome);
            return m;
        }));
        await Eventually.HoldsAsync(() => relay.Endpoint.ConnectionCount <= 1);
        Assert.Equal(1, relay.Endpoint.MemberCount);
        using var other = await RawMember.ProvedAsync(relay);
        await other.SendRecordAsync(RawMember.Data(members[0].Id, 9));
        var remaining = Assert.Single(outcomes, m => relay.Endpoint.Core.Members.Find(m.Id) is not null && m.Number == relay.Endpoint.Core.Members.Find(m.Id)!.Number);
        Assert.Equal(9, (await remaining.ReadAsync(RecordType.Data))[^1]);
        foreach (var member in members) member.Dispose();
    }
}
