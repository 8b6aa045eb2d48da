using Causeway.Cryptography.Hybrid;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Protocol.Relaying;
using Causeway.Tunnel.Protocol.Relaying.WebSockets;

namespace Causeway.Relay.Tests.Members;

/// <summary>What a relay does with members who do not keep to the protocol, and how it keeps to it (tunnel protocol §2).</summary>
public sealed class ConductTests
{
    [Fact]
    public async Task A_text_message_ends_the_connection()
    {
        await using var relay = await TestRelay.StartAsync();
        using var member = await RawMember.ProvedAsync(relay);
        await member.SendAsync(RawMember.Frame("hello"u8.ToArray(), WebSocketOpcode.Text));
        await member.RefusedAsync(RelayRefusalCode.Malformed);
    }

    [Theory]
    [InlineData("10010401")] // one byte more than the longest
    [InlineData("10000020")] // no payload
    [InlineData("11000021")] // only relays say it
    [InlineData("22000002")]
    [InlineData("30000001")]
    [InlineData("00000000")]
    public async Task A_record_that_is_not_allowed_ends_the_connection(string header)
    {
        await using var relay = await TestRelay.StartAsync();
        using var member = await RawMember.ProvedAsync(relay);
        await member.SendRecordAsync(Convert.FromHexString(header));
        await member.RefusedAsync(RelayRefusalCode.Malformed);
    }

    [Fact]
    public async Task A_frame_without_a_mask_ends_the_connection()
    {
        await using var relay = await TestRelay.StartAsync();
        using var member = await RawMember.ProvedAsync(relay);
        await member.SendAsync([0x82, 0x01, 0x20]);
        await member.RefusedAsync(RelayRefusalCode.Malformed);
    }

    [Fact]
    public async Task The_source_is_who_has_proved_it_whatever_is_sent()
    {
        await using var relay = await TestRelay.StartAsync();
        using var a = await RawMember.ProvedAsync(relay);
        using var b = await RawMember.ProvedAsync(relay);
        using var c = await RawMember.ProvedAsync(relay);

        // The only ID that a member can write is the destination's; what is inside the payload is not looked at.
        await a.SendRecordAsync(RawMember.Data(b.Id, c.Id.ToByteArray()));
        var record = await b.ReadAsync(RecordType.Data);
        Assert.Equal(a.Id, TunnelPeerId.Read(record.AsSpan(4, 32)));
        Assert.Equal(c.Id.ToByteArray(), record[36..]);
    }

    [Fact]
    public async Task Records_may_be_cut_and_joined_by_messages_in_any_way()
    {
        await using var relay = await TestRelay.StartAsync();
        using var a = await RawMember.ProvedAsync(relay);
        using var b = await RawMember.ProvedAsync(relay);
        var stream = Enumerable.Range(1, 50).SelectMany(i => RawMember.Data(b.Id, Enumerable.Repeat((byte)i, i * 7).ToArray())).ToArray();
        var random = new Random(9);
        for (var at = 0; at < stream.Length;)
        {
            var part = Math.Min(random.Next(0, 60), stream.Length - at);
            await a.SendAsync(RawMember.Frame(stream[at..(at + part)]));
            at += part;
            if (random.Next(10) == 0) await a.SendAsync(RawMember.Frame([1, 2], WebSocketOpcode.Ping));
        }

        for (var i = 1; i <= 50; i++) Assert.Equal(Enumerable.Repeat((byte)i, i * 7), (await b.ReadAsync(RecordType.Data))[36..]);
    }

    [Fact]
    public async Task Half_a_record_of_a_member_that_goes_is_not_delivered_and_holds_no_memory()
    {
        await using var relay = await TestRelay.StartAsync();
        var a = await RawMember.ProvedAsync(relay);
        using var b = await RawMember.ProvedAsync(relay);
        using var c = await RawMember.ProvedAsync(relay);
        await a.SendRecordAsync(RawMember.Data(b.Id, new byte[5000])[..3000]);
        await Eventually.HoldsAsync(() => relay.Endpoint.Core.Chunks.Rented > 0);
        a.Dispose();
        await Eventually.HoldsAsync(() => relay.Endpoint.ConnectionCount <= 2);
        await c.SendRecordAsync(RawMember.Data(b.Id, 5));
        Assert.Equal(5, (await b.ReadAsync(RecordType.Data))[^1]);
        await Eventually.HoldsAsync(() => relay.Endpoint.Core.Chunks.Rented == 0);
    }

    [Fact]
    public async Task A_silent_member_is_gone_after_the_idle_limit_and_one_that_asks_stays()
    {
        var time = new ManualTimeProvider();
        await using var relay = await TestRelay.StartAsync(time: time);
        using var silent = await RawMember.ProvedAsync(relay);
        using var asking = await RawMember.ProvedAsync(relay);
        var ping = new byte[12];
        ControlRecords.WritePing(ping, 77);
        for (var i = 0; i < 4; i++)
        {
            time.Advance(TimeSpan.FromSeconds(15));
            await asking.SendRecordAsync(ping);
            var pong = await asking.ReadAsync(RecordType.Pong);
            Assert.Equal(ping[4..], pong[4..12]);
        }

        await silent.RefusedAsync(RelayRefusalCode.Idle);
        await Eventually.HoldsAsync(() => relay.Endpoint.MemberCount <= 1);
        Assert.NotNull(relay.Endpoint.Core.Members.Find(asking.Id));
    }

    [Fact]
    public async Task A_member_over_its_quota_is_read_later_and_loses_nothing()
    {
        var time = new ManualTimeProvider();
        await using var relay = await TestRelay.StartAsync(new RelayOptions { FramesPerSecond = 10 }, time: time);
        using var a = await RawMember.ProvedAsync(relay);
        using var b = await RawMember.ProvedAsync(relay);
        for (byte i = 0; i < 30; i++) await a.SendRecordAsync(RawMember.Data(b.Id, i));

        // Ten at once and one on credit; the others when their time has come.
        for (byte i = 0; i < 11; i++) Assert.Equal(i, (await b.ReadAsync(RecordType.Data))[^1]);
        Assert.Equal(11, relay.Endpoint.Core.Metrics.Frames);
        for (byte i = 11; i < 30; i++)
        {
            Assert.Equal(i, (await WhenTimePassesAsync(relay, time, b.ReadAsync(RecordType.Data)))[^1]);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Records_for_the_relay_itself_and_pings_of_the_WebSocket_count_like_others(bool areControlFrames)
    {
        var time = new ManualTimeProvider();
        await using var relay = await TestRelay.StartAsync(new RelayOptions { FramesPerSecond = 10 }, time: time);
        using var a = await RawMember.ProvedAsync(relay);
        using var b = await RawMember.ProvedAsync(relay);
        using var c = await RawMember.ProvedAsync(relay);
        byte[] block = new byte[ControlRecords.MaxSize], ping = new byte[12];
        ControlRecords.WriteBlock(block, default, TimeSpan.FromSeconds(1));
        ControlRecords.WritePing(ping, 1);
        var one = areControlFrames ? RawMember.Frame([1], WebSocketOpcode.Ping) : RawMember.Frame(block);
        byte[] ten = [.. Enumerable.Repeat(one, 10).SelectMany(f => f)];
        await a.SendAsync([.. RawMember.Frame(ping), .. ten, .. ten, .. RawMember.Frame(RawMember.Data(b.Id, 1))]);
        await a.ReadAsync(RecordType.Pong);

        // Had nothing been counted, a's record would have gone on its way before c's.
        await c.SendRecordAsync(RawMember.Data(b.Id, 2));
        Assert.Equal(2, (await b.ReadAsync(RecordType.Data))[^1]);
        Assert.Equal(1, (await WhenTimePassesAsync(relay, time, b.ReadAsync(RecordType.Data)))[^1]);
    }

    [Fact]
    public async Task Who_does_not_read_what_it_asked_for_is_ended()
    {
        await using var relay = await TestRelay.StartAsync();
        using var member = await RawMember.ProvedAsync(relay);
        var ping = new byte[12];
        ControlRecords.WritePing(ping, 1);
        var pings = RawMember.Frame(Enumerable.Repeat(ping, 4000).SelectMany(p => p).ToArray());

        // Answers fill the sockets' buffers, then the queue for them, and then it is over.
        while (relay.Endpoint.ConnectionCount > 0 && await member.TrySendAsync(pings))
        {
            // Asking on, reading nothing.
        }

        await Eventually.HoldsAsync(() => relay.Endpoint.ConnectionCount == 0);
    }

    [Fact]
    public async Task A_member_that_reads_nothing_holds_a_bounded_amount_and_does_not_slow_others()
    {
        await using var relay = await TestRelay.StartAsync();
        using var deaf = await RawMember.ProvedAsync(relay);
        using var flooder = await RawMember.ProvedAsync(relay);
        using var a = await RawMember.ProvedAsync(relay);
        using var b = await RawMember.ProvedAsync(relay);
        var flood = RawMember.Frame(Enumerable.Repeat(RawMember.Data(deaf.Id, new byte[60_000]), 10).SelectMany(r => r).ToArray());
        var dropped = relay.Endpoint.Core.Metrics.Drops(DropReason.QueueFull);
        for (byte i = 0; relay.Endpoint.Core.Metrics.Drops(DropReason.QueueFull) < dropped + 100; i++)
        {
            await flooder.SendAsync(flood);
            await a.SendRecordAsync(RawMember.Data(b.Id, i));
            Assert.Equal(i, (await b.ReadAsync(RecordType.Data))[^1]);
            Assert.InRange(relay.Endpoint.Core.Chunks.Rented, 0, 4 * 1024 * 1024);
        }
    }

    [Fact]
    public async Task Random_conduct_harms_nobody_else_and_leaves_nothing_behind()
    {
        await using var relay = await TestRelay.StartAsync(new RelayOptions { MaxFailuresPerAddress = 1_000_000 });
        using var a = await RawMember.ProvedAsync(relay);
        using var b = await RawMember.ProvedAsync(relay);
        using var key = HybridSigningKey.Generate();
        var random = new Random(10);
        for (var round = 0; round < Soak.Count(60, 6000); round++)
        {
            using (var member = await RawMember.HelloAsync(relay))
            {
                if (round % 3 != 0)
                {
                    await member.SendRecordAsync(member.Auth(key));
                    await member.ReadAsync(RecordType.Welcome);
                }

                var conduct = Conduct(random, b.Id);
                for (var at = 0; at < conduct.Length;)
                {
                    var part = Math.Min(random.Next(1, 3000), conduct.Length - at);
                    if (!await member.TrySendAsync(conduct[at..(at + part)])) break;
                    at += part;
                }
            }

            await a.SendRecordAsync(RawMember.Data(b.Id, 0xee, (byte)round));
            byte[] record;
            do record = await b.ReadAsync(RecordType.Data);
            while (TunnelPeerId.Read(record.AsSpan(4, 32)) != a.Id);
            Assert.Equal([0xee, (byte)round], record[36..]);
        }

        await Eventually.HoldsAsync(() => relay.Endpoint.ConnectionCount <= 2);
        await Eventually.HoldsAsync(() => relay.Endpoint.Core.Chunks.Rented == 0);
    }

    // Good records with something wrong somewhere: a changed bit, a piece that is missing, noise.
    private static byte[] Conduct(Random random, TunnelPeerId destination)
    {
        var bytes = new List<byte>();
        for (var i = random.Next(1, 8); i > 0; i--)
        {
            var payload = new byte[random.Next(1, 4000)];
            random.NextBytes(payload);
            bytes.AddRange(RawMember.Frame(RawMember.Data(destination, payload), random.Next(6) == 0 ? (WebSocketOpcode)random.Next(16) : WebSocketOpcode.Binary));
        }

        var all = bytes.ToArray();
        for (var i = random.Next(4); i > 0; i--) all[random.Next(Math.Min(all.Length, 200))] ^= (byte)(1 << random.Next(8));
        return random.Next(3) == 0 ? all[..random.Next(all.Length)] : all;
    }

    // Time goes on no faster than the relay gets on: one that is busy must not find everybody idle.
    private static async Task<byte[]> WhenTimePassesAsync(TestRelay relay, ManualTimeProvider time, Task<byte[]> next)
    {
        using var http = new HttpClient { BaseAddress = relay.Server.Url };
        while (!next.IsCompleted)
        {
            time.Advance(TimeSpan.FromMilliseconds(20));
            using var answer = await http.GetAsync("/healthz", Test.Patience());
        }

        return await next;
    }
}
