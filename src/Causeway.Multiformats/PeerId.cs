using System.Diagnostics.CodeAnalysis;
using Causeway.Cryptography.Keys;

namespace Causeway.Multiformats;

/// <summary>
/// A peer's name: the multihash of its protobuf-encoded public key (identity for keys of at most 42 bytes, else sha2-256;
/// libp2p specs, <c>peer-ids/peer-ids.md</c>). Immutable, compared by value.
/// </summary>
public sealed class PeerId : IEquatable<PeerId>, IComparable<PeerId>
{
    private PeerId()
    {
    }

    /// <summary>The multihash.</summary>
    public ReadOnlyMemory<byte> Bytes => throw new NotSupportedException();

    /// <summary>The peer ID of <paramref name="key"/>.</summary>
    public static PeerId FromPublicKey(PublicKey key) => throw new NotSupportedException();

    /// <summary>Reads the multihash form. <exception cref="FormatException">Not a peer ID.</exception></summary>
    public static PeerId FromBytes(ReadOnlySpan<byte> multihash) => throw new NotSupportedException();

    /// <summary>Reads either text form: base58btc multihash (<c>12D3Koo…</c>, <c>Qm…</c>) or CIDv1 with the libp2p-key codec in any multibase.</summary>
    /// <exception cref="FormatException">Not a peer ID.</exception>
    public static PeerId Parse(string text) => throw new NotSupportedException();

    /// <summary>As <see cref="Parse"/>, without the exception.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out PeerId? peerId) => throw new NotSupportedException();

    /// <summary>The public key, where the ID embeds it (identity multihash).</summary>
    public bool TryGetPublicKey([NotNullWhen(true)] out PublicKey? key) => throw new NotSupportedException();

    /// <summary>The base58btc text form.</summary>
    public override string ToString() => throw new NotSupportedException();

    /// <summary>The CIDv1 text form (base32, codec libp2p-key).</summary>
    public string ToCidString() => throw new NotSupportedException();

    /// <inheritdoc/>
    public bool Equals(PeerId? other) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PeerId);

    /// <inheritdoc/>
    public override int GetHashCode() => throw new NotSupportedException();

    /// <summary>Orders by bytes.</summary>
    public int CompareTo(PeerId? other) => throw new NotSupportedException();
}
