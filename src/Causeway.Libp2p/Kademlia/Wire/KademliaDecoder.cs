using System.Diagnostics.CodeAnalysis;
using Causeway.Libp2p.Wire;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Kademlia.Wire;

/// <summary>
/// Decodes messages (kad-dht spec, "RPC messages"). What is not protobuf, or has a known field of another wire type, fails; unknown fields are
/// stepped over; peers and addresses of unknown kinds, and those past <see cref="KademliaLimits"/>, are left out. Nothing is allocated for a
/// length that only the sender claims. The result owns its bytes.
/// </summary>
internal static class KademliaDecoder
{
    private const int VarintType = 0;
    private const int BytesType = 2;

    public static bool TryDecode(ReadOnlySpan<byte> body, [NotNullWhen(true)] out KademliaMessage? message)
    {
        message = null;
        var reader = new WireReader(body);
        ulong type = 0;
        var (key, record) = (Slice.Absent, Slice.Absent);
        List<KademliaPeer>? closer = null;
        List<KademliaPeer>? providers = null;
        while (!reader.IsAtEnd)
        {
            if (!reader.TryReadTag(out var field, out var wireType)) return false;
            var ok = field switch
            {
                1 => wireType == VarintType && reader.TryReadVarint(out type),
                2 => wireType == BytesType && reader.TryReadSlice(out key),
                3 => wireType == BytesType && reader.TryReadSlice(out record),
                8 => wireType == BytesType && reader.TryReadSlice(out var peer) && TryAddPeer(peer.Of(body), ref closer),
                9 => wireType == BytesType && reader.TryReadSlice(out var peer) && TryAddPeer(peer.Of(body), ref providers),
                _ => reader.TrySkip(wireType),
            };
            if (!ok) return false;
        }

        if (type > (ulong)KademliaMessageType.Ping || key.Length > KademliaLimits.MaxKeyLength) return false;
        KademliaRecord? decoded = null;
        if (record.IsPresent && !TryDecodeRecord(record.Of(body), out decoded)) return false;
        message = new KademliaMessage((KademliaMessageType)type, key.Of(body).ToArray())
        {
            Record = decoded,
            CloserPeers = closer ?? [],
            ProviderPeers = providers ?? [],
        };
        return true;
    }

    private static bool TryDecodeRecord(ReadOnlySpan<byte> body, [NotNullWhen(true)] out KademliaRecord? record)
    {
        record = null;
        var reader = new WireReader(body);
        var (key, value) = (Slice.Absent, Slice.Absent);
        while (!reader.IsAtEnd)
        {
            if (!reader.TryReadTag(out var field, out var wireType)) return false;
            var ok = field switch
            {
                1 => wireType == BytesType && reader.TryReadSlice(out key),
                2 => wireType == BytesType && reader.TryReadSlice(out value),
                _ => reader.TrySkip(wireType),
            };
            if (!ok) return false;
        }

        if (key.Length > KademliaLimits.MaxKeyLength || value.Length > KademliaLimits.MaxValueLength) return false;
        record = new KademliaRecord(key.Of(body).ToArray(), value.Of(body).ToArray());
        return true;
    }

    private static bool TryAddPeer(ReadOnlySpan<byte> body, ref List<KademliaPeer>? peers)
    {
        if (peers?.Count >= KademliaLimits.MaxPeersPerList) return true;
        var reader = new WireReader(body);
        var id = Slice.Absent;
        ulong connection = 0;
        List<Multiaddress>? addresses = null;
        while (!reader.IsAtEnd)
        {
            if (!reader.TryReadTag(out var field, out var wireType)) return false;
            var ok = field switch
            {
                1 => wireType == BytesType && reader.TryReadSlice(out id),
                2 => wireType == BytesType && reader.TryReadSlice(out var address) && AddAddress(address.Of(body), ref addresses),
                3 => wireType == VarintType && reader.TryReadVarint(out connection),
                _ => reader.TrySkip(wireType),
            };
            if (!ok) return false;
        }

        if (!PeerId.TryFromBytes(id.Of(body), out var peer)) return true;
        var known = connection <= (ulong)KademliaConnection.CannotConnect ? (KademliaConnection)connection : KademliaConnection.NotConnected;
        (peers ??= []).Add(new KademliaPeer(peer, addresses ?? [], known));
        return true;
    }

    // An address of a kind that we do not know is of no use to us and no fault of its sender.
    private static bool AddAddress(ReadOnlySpan<byte> bytes, ref List<Multiaddress>? addresses)
    {
        if (addresses?.Count >= KademliaLimits.MaxAddressesPerPeer || bytes.Length > KademliaLimits.MaxAddressLength) return true;
        if (Multiaddress.TryFromBytes(bytes, out var address) && address.WithoutPeerId() is { IsEmpty: false } stripped) (addresses ??= []).Add(stripped);
        return true;
    }
}
