using System.Diagnostics.CodeAnalysis;
using Causeway.Cryptography.Keys;
using Causeway.Libp2p.Records;
using Causeway.Multiformats;
using Google.Protobuf;

namespace Causeway.Libp2p.Relay.Wire;

/// <summary>A relay's signed promise of a reservation (libp2p specs, <c>relay/circuit-v2.md</c>, "Reservation Vouchers").</summary>
/// <param name="Relay">Who promises.</param>
/// <param name="Peer">To whom.</param>
/// <param name="Expires">Until when, in whole seconds.</param>
internal sealed record ReservationVoucher(PeerId Relay, PeerId Peer, DateTimeOffset Expires)
{
    private const string Domain = "libp2p-relay-rsvp";

    // The multicodec 0x0302, as the bytes that go-libp2p and js-libp2p write.
    private static ReadOnlySpan<byte> PayloadType => [0x03, 0x02];

    /// <summary>Signs it and returns the encoded envelope.</summary>
    public byte[] Seal(PrivateKey relay) => SignedEnvelope.Seal(relay, Domain, PayloadType, new VoucherMessage
    {
        Relay = ByteString.CopyFrom(Relay.Bytes.Span),
        Peer = ByteString.CopyFrom(Peer.Bytes.Span),
        Expiration = (ulong)Expires.ToUnixTimeSeconds(),
    }.ToByteArray());

    /// <summary>Verifies an envelope and reads the voucher in it; false unless the very relay that it names has signed it.</summary>
    public static bool TryOpen(ReadOnlySpan<byte> envelope, [NotNullWhen(true)] out ReservationVoucher? voucher)
    {
        voucher = null;
        if (!SignedEnvelope.TryOpen(envelope, Domain, out var opened) || !opened.PayloadType.Span.SequenceEqual(PayloadType)) return false;
        try
        {
            var wire = VoucherMessage.Parser.ParseFrom(opened.Payload.Span);
            if (!PeerId.TryFromBytes(wire.Relay.Span, out var relay) || !PeerId.TryFromBytes(wire.Peer.Span, out var peer)) return false;
            if (!relay.Equals(PeerId.FromPublicKey(opened.Key)) || wire.Expiration > (ulong)DateTimeOffset.MaxValue.ToUnixTimeSeconds()) return false;
            voucher = new ReservationVoucher(relay, peer, DateTimeOffset.FromUnixTimeSeconds((long)wire.Expiration));
            return true;
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }
    }
}
