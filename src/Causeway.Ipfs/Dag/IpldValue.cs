using Causeway.Multiformats;

namespace Causeway.Ipfs.Dag;

/// <summary>
/// A value of the IPLD data model: immutable, compared by value. What can be made here has exactly one DAG-CBOR form, so equal values have equal CIDs
/// and encoding never fails.
/// </summary>
/// <remarks>
/// Plain values convert by themselves: <c>IpldMap.Of(("op", "PUT"), ("key", null), ("tags", IpldList.Of("a", 1)))</c>. To read what others wrote, see
/// <see cref="As{T}"/> and <see cref="IpldMap.Get{T}"/>, or match on the type.
/// </remarks>
public abstract class IpldValue : IEquatable<IpldValue>
{
    /// <summary>How many lists and maps may stand within one another; deeper values are neither made nor decoded.</summary>
    public const int MaxDepth = 256;

    private protected IpldValue()
    {
    }

    /// <summary>Null.</summary>
    public static IpldValue Null => IpldNull.Instance;

    /// <summary>Which kind of value this is.</summary>
    public abstract IpldKind Kind { get; }

    /// <summary>How many lists and maps stand within one another here, this one included: 0 for what contains nothing.</summary>
    internal virtual int Depth => 0;

    /// <summary>A boolean.</summary>
    public static implicit operator IpldValue(bool value) => IpldBoolean.Of(value);

    /// <summary>An integer.</summary>
    public static implicit operator IpldValue(int value) => IpldInteger.Of(value);

    /// <summary>An integer.</summary>
    public static implicit operator IpldValue(long value) => IpldInteger.Of(value);

    /// <summary>An integer.</summary>
    public static implicit operator IpldValue(ulong value) => IpldInteger.Of(value);

    /// <summary>A float.</summary>
    /// <exception cref="ArgumentException">Not a number, or infinite: the data model has none of these.</exception>
    public static implicit operator IpldValue(double value) => new IpldFloat(value);

    /// <summary>A string; null where there is none.</summary>
    /// <exception cref="ArgumentException">Half of a surrogate pair: not text.</exception>
    public static implicit operator IpldValue(string? value) => value is null ? Null : new IpldString(value);

    /// <summary>Bytes, which nobody changes any more; null where there are none.</summary>
    public static implicit operator IpldValue(byte[]? value) => value is null ? Null : new IpldBytes(value);

    /// <summary>A link; null where there is none.</summary>
    public static implicit operator IpldValue(Cid? value) => value is null ? Null : new IpldLink(value);

    /// <summary>Whether two values are the same.</summary>
    public static bool operator ==(IpldValue? left, IpldValue? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Whether two values differ.</summary>
    public static bool operator !=(IpldValue? left, IpldValue? right) => !(left == right);

    /// <summary>This value as the kind that it must be.</summary>
    /// <exception cref="IpfsException">It is of another kind (<see cref="IpfsError.Malformed"/>).</exception>
    public T As<T>()
        where T : IpldValue => this as T ?? throw new IpfsException(IpfsError.Malformed, $"A {NameOf<T>()} was expected where a {Name} stands.");

    /// <inheritdoc />
    public abstract bool Equals(IpldValue? other);

    /// <inheritdoc />
    public sealed override bool Equals(object? obj) => Equals(obj as IpldValue);

    /// <inheritdoc />
    public abstract override int GetHashCode();

    /// <summary>The value as DAG-JSON, for people; what DAG-JSON has no form for is named by its kind.</summary>
    public override string ToString() => Json.DagJson.TryEncode(this, out var text, out _) ? System.Text.Encoding.UTF8.GetString(text) : $"({Name})";

    internal static string NameOf<T>()
        where T : IpldValue => KindName(typeof(T).Name["Ipld".Length..]);

    private protected string Name => KindName(Kind.ToString());

    private static string KindName(string kind) => kind.ToLowerInvariant();
}
