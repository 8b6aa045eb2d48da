using System.Collections;
using System.Runtime.CompilerServices;

namespace Causeway.Ipfs.Dag;

/// <summary>Values in an order. Made as <c>IpldList.Of("a", 1, cid)</c> or <c>IpldList list = ["a", 1, cid];</c>.</summary>
[CollectionBuilder(typeof(IpldList), nameof(Of))]
public sealed class IpldList : IpldValue, IReadOnlyList<IpldValue>
{
    /// <summary>The list of nothing.</summary>
    public static readonly IpldList Empty = new([]);

    private readonly IpldValue[] _items;

    internal IpldList(IpldValue[] items)
    {
        _items = items;
        Depth = 1 + Deepest(items);
    }

    /// <inheritdoc />
    public int Count => _items.Length;

    /// <inheritdoc />
    public override IpldKind Kind => IpldKind.List;

    internal override int Depth { get; }

    /// <inheritdoc />
    public IpldValue this[int index] => _items[index];

    /// <summary>A list of some values; what is null is <see cref="IpldValue.Null"/>.</summary>
    /// <exception cref="ArgumentException">More than <see cref="IpldValue.MaxDepth"/> lists and maps within one another.</exception>
    public static IpldList Of(params ReadOnlySpan<IpldValue?> items)
    {
        if (items.IsEmpty) return Empty;
        var values = new IpldValue[items.Length];
        for (var i = 0; i < values.Length; i++) values[i] = items[i] ?? Null;
        var list = new IpldList(values);
        return list.Depth <= MaxDepth ? list : throw new ArgumentException($"More than {MaxDepth} lists and maps within one another.", nameof(items));
    }

    /// <inheritdoc />
    public IEnumerator<IpldValue> GetEnumerator() => ((IEnumerable<IpldValue>)_items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _items.GetEnumerator();

    /// <inheritdoc />
    public override bool Equals(IpldValue? other) => other is IpldList list && list._items.AsSpan().SequenceEqual(_items);

    /// <inheritdoc />
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var item in _items) hash.Add(item);
        return hash.ToHashCode();
    }

    private static int Deepest(IpldValue[] items)
    {
        var deepest = 0;
        foreach (var item in items) deepest = Math.Max(deepest, item.Depth);
        return deepest;
    }
}
