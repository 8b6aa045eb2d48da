using System.Collections.Frozen;

namespace Causeway.Libp2p.Kademlia.Records;

/// <summary>The validators of a DHT by namespace. A key of no known namespace is not valid.</summary>
internal sealed class RecordValidators(IEnumerable<KeyValuePair<string, IRecordValidator>> validators)
{
    private readonly FrozenDictionary<string, IRecordValidator> _validators = validators.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Whether the value may stand under the key.</summary>
    public bool IsValid(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, DateTimeOffset now) =>
        key.Length <= KademliaLimits.MaxKeyLength
        && value.Length <= KademliaLimits.MaxValueLength
        && RecordKey.TryGetNamespace(key, out var name)
        && _validators.TryGetValue(name, out var validator)
        && validator.IsValid(key, value, now);

    /// <summary>Whether a valid value is to be preferred to another valid one.</summary>
    public bool IsBetter(ReadOnlySpan<byte> key, ReadOnlySpan<byte> candidate, ReadOnlySpan<byte> current) =>
        RecordKey.TryGetNamespace(key, out var name) && _validators.TryGetValue(name, out var validator) && validator.IsBetter(key, candidate, current);
}
