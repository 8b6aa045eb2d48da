using Causeway.Libp2p.Relay;
using Causeway.Libp2p.Relay.Wire;
using Causeway.Libp2p.Streams;
using Causeway.Libp2p.Tests.Support;
using Google.Protobuf;
using static Causeway.Libp2p.Tests.Some;

namespace Causeway.Libp2p.Tests.Relay;

/// <summary>Messages as they are on the wire, and everything that is none.</summary>
public sealed class RelayMessageTests
{
    [Fact]
    public async Task A_message_is_read_without_what_follows_it()
    {
        var (a, b) = PipeMuxedStream.CreatePair();
        await DelimitedMessages.WriteAsync(a, RelayMessages.HopStatus(RelayStatus.Ok), Patience);
        await a.WriteAsync("rest"u8.ToArray(), Patience);
        Assert.Equal(RelayStatus.Ok, (await DelimitedMessages.ReadAsync(b, HopMessage.Parser, Patience)).Status);
        var rest = new byte[4];
        await b.ReadExactlyAsync(rest, Patience);
        Assert.Equal("rest"u8.ToArray(), rest);
    }

    [Fact]
    public async Task The_wire_form_is_that_of_the_spec()
    {
        var (a, b) = PipeMuxedStream.CreatePair();
        await DelimitedMessages.WriteAsync(a, new HopMessage { Type = HopMessage.Types.Type.Reserve }, Patience);
        var limit = RelayMessages.Limit(new CircuitLimit { Data = 300, Duration = TimeSpan.FromSeconds(5) });
        await DelimitedMessages.WriteAsync(a, new StopMessage { Type = StopMessage.Types.Type.Status, Status = RelayStatus.NoReservation, Limit = limit }, Patience);
        byte[] expected = [2, 0x08, 0, 12, 0x08, 1, 0x1a, 5, 0x08, 5, 0x10, 0xac, 0x02, 0x20, 0xcc, 0x01];
        var bytes = new byte[expected.Length];
        await b.ReadExactlyAsync(bytes, Patience);
        Assert.Equal(expected, bytes);
    }

    [Theory]
    [InlineData(new byte[] { 0x80, 0x80, 0x01 })] // a length of three bytes
    [InlineData(new byte[] { 0x81, 0x20, 0x08 })] // 4097
    [InlineData(new byte[] { 0x80, 0x00 })] // not minimal
    [InlineData(new byte[] { 0x04, 0x08 })] // cut off
    [InlineData(new byte[] { 0x02, 0x0a, 0x7f })] // a field beyond the message
    [InlineData(new byte[] { })]
    public async Task What_is_no_message_is_refused(byte[] bytes)
    {
        var (a, b) = PipeMuxedStream.CreatePair();
        await a.WriteAsync(bytes, completeWrites: true, Patience);
        var error = await Assert.ThrowsAsync<Libp2pException>(() => DelimitedMessages.ReadAsync(b, HopMessage.Parser, Patience).AsTask());
        Assert.Equal(Libp2pError.ProtocolViolation, error.Error);
    }

    [Fact]
    public void Zeros_are_no_limits()
    {
        Assert.Null(RelayMessages.Limit(null));
        Assert.Null(RelayMessages.Limit(new CircuitLimit { Data = 0, Duration = TimeSpan.Zero }));
        Assert.False(RelayMessages.IsLimit(new LimitMessage { Data = 0, Duration = 0 }));
        Assert.False(RelayMessages.IsLimit(null));
        Assert.True(RelayMessages.IsLimit(new LimitMessage { Data = 1 }));
        Assert.True(RelayMessages.IsLimit(new LimitMessage { Duration = 1 }));
    }

    [Fact]
    public void A_voucher_is_valid_only_from_the_relay_that_it_names()
    {
        var (relayKey, relay) = NewIdentity();
        var (otherKey, other) = NewIdentity();
        var voucher = new ReservationVoucher(relay, other, DateTimeOffset.FromUnixTimeSeconds(1_900_000_000));
        Assert.True(ReservationVoucher.TryOpen(voucher.Seal(relayKey), out var opened));
        Assert.Equal(voucher, opened);
        Assert.False(ReservationVoucher.TryOpen(voucher.Seal(otherKey), out _));
        var spoiled = voucher.Seal(relayKey);
        spoiled[^1] ^= 1;
        Assert.False(ReservationVoucher.TryOpen(spoiled, out _));
    }

    [Fact]
    public async Task Whatever_comes_is_a_message_or_a_violation()
    {
        var random = new Random(7);
        var (key, relay) = NewIdentity();
        var reservation = new ReservationMessage { Expire = 5, Voucher = ByteString.CopyFrom(new ReservationVoucher(relay, NewPeer(), DateTimeOffset.UnixEpoch).Seal(key)) };
        reservation.Addrs.Add(ByteString.CopyFrom(Address("/ip4/1.2.3.4/tcp/5").WithPeerId(relay).Bytes.Span));
        var valid = new HopMessage { Type = HopMessage.Types.Type.Status, Status = RelayStatus.Ok, Peer = RelayMessages.Peer(relay), Reservation = reservation };
        using var encoded = new MemoryStream();
        valid.WriteDelimitedTo(encoded);
        for (var i = 0; i < Soak.Count(3_000, 300_000); i++)
        {
            var bytes = encoded.ToArray();
            for (var changes = random.Next(6); changes > 0; changes--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            using var stream = new MemoryStream(bytes, 0, random.Next(2) == 0 ? bytes.Length : random.Next(bytes.Length));
            try
            {
                var message = await DelimitedMessages.ReadAsync(stream, HopMessage.Parser, Patience);
                _ = RelayMessages.TryReadPeer(message.Peer, out _);
                if (message.Reservation is not { } read) continue;
                _ = ReservationVoucher.TryOpen(read.Voucher.Span, out _);
                _ = RelayAddresses.Read(read.Addrs.Select(static a => a.Memory), relay, Address("/ip4/1.2.3.4/tcp/5")).ToList();
            }
            catch (Libp2pException error)
            {
                Assert.Equal(Libp2pError.ProtocolViolation, error.Error);
            }
        }
    }
}
