namespace Causeway.Libp2p.Kademlia.Records;

/// <summary>
/// Judges the values of one namespace (kad-dht spec, "Entry validation"): keys are <c>/namespace/…</c>. Both members are pure and thread-safe;
/// they get what strangers sent, at most <see cref="KademliaLimits.MaxValueLength"/> bytes.
/// </summary>
public interface IRecordValidator
{
    /// <summary>Whether the value may stand under the key at this time: signed by whom the key names, not expired, and so on.</summary>
    bool IsValid(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, DateTimeOffset now);

    /// <summary>Whether <paramref name="candidate"/> is to be preferred to <paramref name="current"/>, both valid; false where neither is better.</summary>
    bool IsBetter(ReadOnlySpan<byte> key, ReadOnlySpan<byte> candidate, ReadOnlySpan<byte> current);
}
