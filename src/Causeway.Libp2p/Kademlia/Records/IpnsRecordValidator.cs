using Causeway.Cryptography.Keys;
using Causeway.Libp2p.Kademlia.Records.Ipns;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Kademlia.Records;

/// <summary>
/// Values under <c>/ipns/</c>: records signed by the key whose peer ID follows (ipfs/specs, <c>ipns/ipns-record.md</c>, "Record Verification").
/// Version 2 signatures are required; the copies of version 1 must agree with them, its signature is not looked at. The higher sequence number
/// wins, then the later expiry.
/// </summary>
public sealed class IpnsRecordValidator : IRecordValidator
{
    /// <summary>The namespace, without slashes.</summary>
    public const string Namespace = "ipns";

    /// <summary>The largest record (bytes; IPNS spec, "Record Size Limit").</summary>
    public const int MaxSize = 10 << 10;

    private static ReadOnlySpan<byte> SignaturePrefix => "ipns-signature:"u8;

    /// <inheritdoc/>
    public bool IsValid(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, DateTimeOffset now) =>
        RecordKey.TryGetPeer(key, Namespace, out var name)
        && value.Length <= MaxSize
        && IpnsEntry.TryDecode(value, out var entry)
        && IpnsData.TryDecode(entry.Data, out var data)
        && entry.AgreesWith(data)
        && data.TryGetExpiry(out var expiry)
        && expiry > now
        && KeyOf(name, entry.PublicKey) is { } signer
        && signer.Verify([.. SignaturePrefix, .. entry.Data], entry.SignatureV2);

    /// <inheritdoc/>
    public bool IsBetter(ReadOnlySpan<byte> key, ReadOnlySpan<byte> candidate, ReadOnlySpan<byte> current)
    {
        if (!TryRead(candidate, out var sequence, out var expiry)) return false;
        if (!TryRead(current, out var currentSequence, out var currentExpiry)) return true;
        return sequence != currentSequence ? sequence > currentSequence : expiry > currentExpiry;
    }

    private static bool TryRead(ReadOnlySpan<byte> value, out ulong sequence, out DateTimeOffset expiry)
    {
        (sequence, expiry) = (0, default);
        if (!IpnsEntry.TryDecode(value, out var entry) || !IpnsData.TryDecode(entry.Data, out var data)) return false;
        sequence = data.Sequence;
        return data.TryGetExpiry(out expiry);
    }

    private static PublicKey? KeyOf(PeerId name, ReadOnlySpan<byte> included)
    {
        if (included.IsEmpty) return name.TryGetPublicKey(out var inlined) ? inlined : null;
        try
        {
            var key = PublicKey.FromProtobuf(included);
            return PeerId.FromPublicKey(key).Equals(name) ? key : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
