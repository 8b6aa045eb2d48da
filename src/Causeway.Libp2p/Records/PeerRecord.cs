using System.Diagnostics.CodeAnalysis;
using Causeway.Cryptography.Keys;
using Causeway.Libp2p.Records.Wire;
using Causeway.Multiformats;
using Google.Protobuf;

namespace Causeway.Libp2p.Records;

/// <summary>Where a peer says it can be reached (libp2p RFC 0003).</summary>
/// <param name="Peer">Whose addresses they are.</param>
/// <param name="Sequence">Orders records of one peer: the higher is the newer. Not a time.</param>
/// <param name="Addresses">The addresses.</param>
public sealed record PeerRecord(PeerId Peer, ulong Sequence, IReadOnlyList<Multiaddress> Addresses)
{
    /// <summary>More addresses than this are not taken from a record.</summary>
    public const int MaxAddresses = 128;

    // RFC 0003 left both open; these are what go-libp2p (core/peer/record.go) and js-libp2p settled on.
    private const string Domain = "libp2p-peer-record";

    private static ReadOnlySpan<byte> PayloadType => [0x03, 0x01];

    /// <summary>Signs the record and returns the encoded envelope.</summary>
    /// <exception cref="ArgumentException"><paramref name="identity"/> is not the key of <see cref="Peer"/>.</exception>
    public byte[] Seal(PrivateKey identity)
    {
        if (!Peer.Equals(PeerId.FromPublicKey(identity.PublicKey)))
            throw new ArgumentException($"The key does not belong to {Peer}.", nameof(identity));
        var wire = new PeerRecordMessage { PeerId = ByteString.CopyFrom(Peer.Bytes.Span), Seq = Sequence };
        foreach (var address in Addresses)
            wire.Addresses.Add(new PeerRecordMessage.Types.AddressInfo { Multiaddr = ByteString.CopyFrom(address.Bytes.Span) });
        return SignedEnvelope.Seal(identity, Domain, PayloadType, wire.ToByteArray());
    }

    /// <summary>
    /// Verifies an envelope and reads the record in it. False unless it is a peer record, signed by the very peer it speaks about.
    /// Addresses of kinds that we do not know are left out.
    /// </summary>
    public static bool TryOpen(ReadOnlySpan<byte> envelope, [NotNullWhen(true)] out PeerRecord? record, [NotNullWhen(true)] out PublicKey? key)
    {
        record = null;
        key = null;
        if (!SignedEnvelope.TryOpen(envelope, Domain, out var opened) || !opened.PayloadType.Span.SequenceEqual(PayloadType)) return false;
        try
        {
            var wire = PeerRecordMessage.Parser.ParseFrom(opened.Payload.Span);
            var peer = PeerId.FromPublicKey(opened.Key);
            if (!wire.PeerId.Span.SequenceEqual(peer.Bytes.Span)) return false;
            record = new PeerRecord(peer, wire.Seq, ReadAddresses(wire));
            key = opened.Key;
            return true;
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }
    }

    private static List<Multiaddress> ReadAddresses(PeerRecordMessage wire)
    {
        var addresses = new List<Multiaddress>(Math.Min(wire.Addresses.Count, MaxAddresses));
        foreach (var info in wire.Addresses.Take(MaxAddresses))
        {
            if (Multiaddress.TryFromBytes(info.Multiaddr.Span, out var address)) addresses.Add(address);
        }

        return addresses;
    }
}
