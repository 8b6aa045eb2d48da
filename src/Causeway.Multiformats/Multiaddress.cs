using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Causeway.Multiformats;

/// <summary>
/// A self-describing network address such as <c>/ip4/127.0.0.1/tcp/9092/p2p/12D3Koo…</c> (multiformats/multiaddr). Immutable, compared by its bytes.
/// </summary>
public sealed class Multiaddress : IEquatable<Multiaddress>
{
    private Multiaddress()
    {
    }

    /// <summary>The parts, in order.</summary>
    public IReadOnlyList<MultiaddressComponent> Components => throw new NotSupportedException();

    /// <summary>The binary form.</summary>
    public ReadOnlyMemory<byte> Bytes => throw new NotSupportedException();

    /// <summary>Reads the text form.</summary>
    /// <exception cref="FormatException">Not a multiaddr; the message names the part and the reason.</exception>
    public static Multiaddress Parse(string text) => throw new NotSupportedException();

    /// <summary>As <see cref="Parse"/>, without the exception.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out Multiaddress? address) => throw new NotSupportedException();

    /// <summary>Reads the binary form, strictly.</summary>
    /// <exception cref="FormatException">Not a multiaddr.</exception>
    public static Multiaddress FromBytes(ReadOnlySpan<byte> bytes) => throw new NotSupportedException();

    /// <summary>As <see cref="FromBytes"/>, without the exception.</summary>
    public static bool TryFromBytes(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out Multiaddress? address) => throw new NotSupportedException();

    /// <summary><c>/ip4|ip6/…/tcp/…</c> for an endpoint (IPv6 scope becomes <c>/ip6zone</c>; IPv4-mapped addresses become IPv4).</summary>
    public static Multiaddress FromTcp(IPEndPoint endPoint) => throw new NotSupportedException();

    /// <summary>The endpoint, where this starts with <c>/ip4|ip6/…/tcp/…</c> (an <c>/ip6zone</c> before it is honoured).</summary>
    public bool TryGetTcpEndPoint([NotNullWhen(true)] out IPEndPoint? endPoint) => throw new NotSupportedException();

    /// <summary>The last <c>/p2p</c> part's peer ID, or null.</summary>
    public PeerId? PeerId => throw new NotSupportedException();

    /// <summary>Whether a part with this protocol name is there.</summary>
    public bool Has(string protocol) => throw new NotSupportedException();

    /// <summary>The text value of the first part with this protocol name, or null.</summary>
    public string? ValueOf(string protocol) => throw new NotSupportedException();

    /// <summary>This address followed by <paramref name="inner"/>.</summary>
    public Multiaddress Encapsulate(Multiaddress inner) => throw new NotSupportedException();

    /// <summary>This address followed by <c>/p2p/id</c>; unchanged when it already ends so.</summary>
    public Multiaddress WithPeerId(PeerId peerId) => throw new NotSupportedException();

    /// <summary>This address without a trailing <c>/p2p</c> part.</summary>
    public Multiaddress WithoutPeerId() => throw new NotSupportedException();

    /// <summary>The text form.</summary>
    public override string ToString() => throw new NotSupportedException();

    /// <inheritdoc/>
    public bool Equals(Multiaddress? other) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Multiaddress);

    /// <inheritdoc/>
    public override int GetHashCode() => throw new NotSupportedException();
}

/// <summary>One part of a multiaddr: protocol name, its code, and the value's text (null where the protocol has none).</summary>
public readonly record struct MultiaddressComponent(string Protocol, int Code, string? Value);
