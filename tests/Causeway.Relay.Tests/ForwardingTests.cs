using Causeway.Cryptography.Hybrid;
using Causeway.Hosting.Tls;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Protocol.Relaying;
using Causeway.Tunnel.Relays;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Relay.Tests;

public sealed class ForwardingTests
{
    [Fact]
    public async Task Two_members_exchange_payloads_and_learn_who_sent_them()
    {
        await using var relay = await TestRelay.StartAsync();
        await using var a = await TestMember.ConnectAsync(relay);
        await using var b = await TestMember.ConnectAsync(relay);
        a.Send(b.Id, 1, 2, 3);
        var (source, payload) = await b.ReceiveAsync();
        Assert.Equal(a.Id, source);
        Assert.Equal([1, 2, 3], payload);
        b.Send(a.Id, 4);
        Assert.Equal(b.Id, (await a.ReceiveAsync()).Source);
        Assert.Equal(relay.Endpoint.RelayId, a.Connection.Status.RelayId);
        Assert.Equal("127.0.0.1", a.Connection.Status.ObservedAddress!.Address.ToString());
    }

    [Fact]
    public async Task Over_tls_with_a_pinned_certificate_it_is_the_same()
    {
        var path = Path.Combine(Path.GetTempPath(), $"causeway-{Guid.NewGuid():n}.pem");
        using var certificate = ServerCertificate.SelfSigned(path, ["localhost"], NullLogger.Instance);
        File.Delete(path);
        await using var relay = await TestRelay.StartAsync(certificate: certificate);
        await using var a = await TestMember.ConnectAsync(relay);
        await using var b = await TestMember.ConnectAsync(relay);
        var large = new byte[RecordHeader.MaxPayload];
        new Random(5).NextBytes(large);
        for (var i = 0; i < 20; i++)
        {
            a.Send(b.Id, large);
            Assert.Equal(large, (await b.ReceiveAsync()).Payload);
        }

        await using var wrong = new TestMember(new RelayUrl("127.0.0.1", relay.Server.Port) { CertificateHash = RelayUrl.HashText(new byte[32]) });
        wrong.Connection.Start();
        Assert.Contains("another certificate", (await wrong.WhenAsync(s => s.Problem is not null)).Problem, StringComparison.Ordinal);
        await using var none = new TestMember(new RelayUrl("127.0.0.1", relay.Server.Port));
        none.Connection.Start();
        Assert.Contains("certificate of", (await none.WhenAsync(s => s.Problem is not null)).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_records_of_all_sizes_arrive_whole_and_in_order()
    {
        // On a busy machine the reader may not get its turn within the usual 20 ms, and then records are dropped.
        await using var relay = await TestRelay.StartAsync(new RelayOptions { FullQueuePatience = TimeSpan.FromSeconds(1) });
        await using var a = await TestMember.ConnectAsync(relay);
        await using var b = await TestMember.ConnectAsync(relay);
        var random = new Random(6);
        var sizes = Enumerable.Range(0, 2000).Select(i => i % 10 == 0 ? random.Next(1, RecordHeader.MaxPayload) : random.Next(1, 1500)).ToArray();
        var sending = Task.Run(async () =>
        {
            foreach (var (size, index) in sizes.Select((s, i) => (s, i)))
            {
                var payload = new byte[Math.Max(4, size)];
                BitConverter.TryWriteBytes(payload, index);
                while (a.Connection.TrySend(b.Id, payload) == SendResult.Full) await a.Connection.WhenRoom(payload.Length + RecordHeader.DataPrefix);
                if (random.Next(5) == 0) a.Connection.Flush();
            }

            a.Connection.Flush();
        });
        for (var i = 0; i < sizes.Length; i++)
        {
            var (_, payload) = await b.ReceiveAsync();
            Assert.Equal(i, BitConverter.ToInt32(payload));
            Assert.Equal(Math.Max(4, sizes[i]), payload.Length);
        }

        await sending;
    }

    [Fact]
    public async Task A_destination_that_is_not_there_is_reported_once_a_second()
    {
        await using var relay = await TestRelay.StartAsync();
        await using var a = await TestMember.ConnectAsync(relay);
        await using var b = await TestMember.ConnectAsync(relay);
        var nobody = TunnelPeerId.Read(new byte[32]);
        for (var i = 0; i < 20; i++) a.Send(nobody, 1);
        a.Send(b.Id, 1);
        Assert.Equal((nobody, UnreachableReason.NotConnected), await a.UnreachableAsync());
        await b.ReceiveAsync();
        Assert.Equal(20, relay.Endpoint.Core.Metrics.Drops(DropReason.NotConnected));
    }

    [Fact]
    public async Task A_member_that_is_blocked_learns_it_until_the_block_is_lifted()
    {
        await using var relay = await TestRelay.StartAsync();
        await using var a = await TestMember.ConnectAsync(relay);
        await using var b = await TestMember.ConnectAsync(relay);
        b.Connection.Block(a.Id, TimeSpan.FromMinutes(1));
        b.Send(a.Id, 9);
        await a.ReceiveAsync();
        a.Send(b.Id, 1);
        Assert.Equal((b.Id, UnreachableReason.NotAccepting), await a.UnreachableAsync());
        b.Connection.Block(a.Id, TimeSpan.Zero);
        b.Send(a.Id, 9);
        await a.ReceiveAsync();
        a.Send(b.Id, 2);
        Assert.Equal([2], (await b.ReceiveAsync()).Payload);
    }
}
