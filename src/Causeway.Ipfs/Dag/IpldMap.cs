using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Causeway.Ipfs.Dag;

/// <summary>
/// Values by name, in DAG-CBOR's order of keys (by UTF-8 length, then by bytes) however it was made. Made as <c>IpldMap.Of(("op", "PUT"), ("key", null))</c>.
/// </summary>
public sealed class IpldMap : IpldValue, IReadOnlyList<KeyValuePair<string, IpldValue>>
{
    /// <summary>The map of nothing.</summary>
    public static readonly IpldMap Empty = new([]);

    private readonly KeyValuePair<string, IpldValue>[] _entries;

    /// <summary>For the decoders: entries in order, each key once, not too deep.</summary>
    internal IpldMap(KeyValuePair<string, IpldValue>[] entries)
    {
        _entries = entries;
        Depth = 1 + Deepest(entries);
    }

    /// <inheritdoc />
    public int Count => _entries.Length;

    /// <inheritdoc />
    public override IpldKind Kind => IpldKind.Map;

    internal override int Depth { get; }

    /// <summary>An entry, by its place in the order of keys.</summary>
    public KeyValuePair<string, IpldValue> this[int index] => _entries[index];

    /// <summary>A map of some entries, in any order; where a value is null, it is <see cref="IpldValue.Null"/>.</summary>
    /// <exception cref="ArgumentException">
    /// A key that comes twice or is no text (half of a surrogate pair), or more than <see cref="IpldValue.MaxDepth"/> lists and maps within one another.
    /// </exception>
    public static IpldMap Of(params ReadOnlySpan<(string Key, IpldValue? Value)> entries)
    {
        var sorted = new KeyValuePair<string, IpldValue>[entries.Length];
        for (var i = 0; i < sorted.Length; i++) sorted[i] = KeyValuePair.Create(entries[i].Key, entries[i].Value ?? Null);
        return Sort(sorted);
    }

    /// <summary>A map of some entries, in any order.</summary>
    /// <exception cref="ArgumentException">
    /// A key that comes twice or is no text (half of a surrogate pair), or more than <see cref="IpldValue.MaxDepth"/> lists and maps within one another.
    /// </exception>
    public static IpldMap Create(IEnumerable<KeyValuePair<string, IpldValue>> entries) => Sort([.. entries]);

    /// <summary>This map with an entry more, or with another value for a key that it has.</summary>
    /// <exception cref="ArgumentException">As for <see cref="Of"/>.</exception>
    public IpldMap With(string key, IpldValue? value) => Sort([.. _entries.Where(entry => entry.Key != key), KeyValuePair.Create(key, value ?? Null)]);

    /// <summary>This map without an entry.</summary>
    public IpldMap Without(string key) => Find(key) < 0 ? this : new IpldMap([.. _entries.Where(entry => entry.Key != key)]);

    /// <summary>Whether there is an entry of that name.</summary>
    public bool ContainsKey(string key) => Find(key) >= 0;

    /// <summary>The value of an entry, where there is one of that name.</summary>
    public bool TryGetValue(string key, [NotNullWhen(true)] out IpldValue? value)
    {
        var index = Find(key);
        value = index < 0 ? null : _entries[index].Value;
        return index >= 0;
    }

    /// <summary>The value of an entry that must be there and of that kind: <c>entry.Get&lt;IpldString&gt;("sig").Value</c>.</summary>
    /// <exception cref="IpfsException">It is not there, or of another kind (<see cref="IpfsError.Malformed"/>).</exception>
    public T Get<T>(string key)
        where T : IpldValue => Find(key) is var index and >= 0 && _entries[index].Value is T value
        ? value
        : throw new IpfsException(IpfsError.Malformed, $"The map has no {NameOf<T>()} '{key}'.");

    /// <inheritdoc />
    public IEnumerator<KeyValuePair<string, IpldValue>> GetEnumerator() => ((IEnumerable<KeyValuePair<string, IpldValue>>)_entries).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _entries.GetEnumerator();

    /// <inheritdoc />
    public override bool Equals(IpldValue? other)
    {
        if (ReferenceEquals(this, other)) return true;
        if (other is not IpldMap map || map.Count != Count) return false;
        for (var i = 0; i < _entries.Length; i++)
            if (_entries[i].Key != map._entries[i].Key || !_entries[i].Value.Equals(map._entries[i].Value)) return false;
        return true;
    }

    /// <inheritdoc />
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var (key, value) in _entries)
        {
            hash.Add(key);
            hash.Add(value);
        }

        return hash.ToHashCode();
    }

    /// <summary>Puts entries into order, which must be text and not come twice.</summary>
    internal static IpldMap Sort(KeyValuePair<string, IpldValue>[] entries)
    {
        if (entries.Length == 0) return Empty;
        foreach (var (key, value) in entries)
        {
            ArgumentNullException.ThrowIfNull(key);
            ArgumentNullException.ThrowIfNull(value);
            if (!MapKeys.IsText(key)) throw new ArgumentException("A key with half of a surrogate pair has no form in UTF-8.", nameof(entries));
        }

        Array.Sort(entries, static (left, right) => MapKeys.CompareCbor(left.Key, right.Key));
        for (var i = 1; i < entries.Length; i++)
            if (entries[i].Key == entries[i - 1].Key) throw new ArgumentException($"The key '{entries[i].Key}' comes twice.", nameof(entries));
        var map = new IpldMap(entries);
        return map.Depth <= MaxDepth ? map : throw new ArgumentException($"More than {MaxDepth} lists and maps within one another.", nameof(entries));
    }

    private static int Deepest(KeyValuePair<string, IpldValue>[] entries)
    {
        var deepest = 0;
        foreach (var entry in entries) deepest = Math.Max(deepest, entry.Value.Depth);
        return deepest;
    }

    private int Find(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var (low, high) = (0, _entries.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = MapKeys.CompareCbor(_entries[middle].Key, key);
            if (order == 0) return middle;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }

        return -1;
    }
}
