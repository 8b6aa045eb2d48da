using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Causeway.Cryptography.Keys;
using Causeway.Multiformats.Bases;
using Causeway.Multiformats.Peers;

namespace Causeway.Multiformats;

/// <summary>
/// A peer's name: the multihash of its protobuf-encoded public key (identity for keys of at most 42 bytes, else sha2-256;
/// libp2p specs, <c>peer-ids/peer-ids.md</c>). Immutable, compared by value; hash code, texts and key are computed once.
/// </summary>
public sealed class PeerId : IEquatable<PeerId>, IComparable<PeerId>
{
    // Base2 is the longest form: a prefix and 8 digits for each of 3 + 44 bytes.
    private const int MaxTextLength = 400;

    private readonly byte[] _bytes;
    private readonly int _hashCode;
    private string? _text;
    private PublicKey? _key;

    private PeerId(byte[] bytes)
    {
        _bytes = bytes;

        // Seeded per process: whoever grinds keys cannot aim at one bucket of a table.
        var hash = new HashCode();
        hash.AddBytes(bytes);
        _hashCode = hash.ToHashCode();
    }

    /// <summary>The multihash.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>The multihash, for readers that do not keep it.</summary>
    public ReadOnlySpan<byte> Span => _bytes;

    /// <summary>Whether two IDs name the same peer.</summary>
    public static bool operator ==(PeerId? left, PeerId? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Whether two IDs name different peers.</summary>
    public static bool operator !=(PeerId? left, PeerId? right) => !(left == right);

    /// <summary>The peer ID of <paramref name="key"/>.</summary>
    public static PeerId FromPublicKey(PublicKey key)
    {
        ReadOnlySpan<byte> encoded = key.ToProtobuf();
        var bytes = new byte[encoded.Length <= PeerIdRules.MaxInlineKey ? encoded.Length + 2 : 34];
        bytes[0] = (byte)(encoded.Length <= PeerIdRules.MaxInlineKey ? MultihashCode.Identity : MultihashCode.Sha2_256);
        bytes[1] = (byte)(bytes.Length - 2);
        if (encoded.Length <= PeerIdRules.MaxInlineKey)
        {
            encoded.CopyTo(bytes.AsSpan(2));
        }
        else
        {
            SHA256.HashData(encoded, bytes.AsSpan(2));
        }

        return new PeerId(bytes) { _key = key };
    }

    /// <summary>Reads the multihash form.</summary>
    /// <exception cref="FormatException">Not a peer ID.</exception>
    public static PeerId FromBytes(ReadOnlySpan<byte> multihash) => TryFromBytes(multihash, out var peerId)
        ? peerId
        : throw new FormatException("Not a peer ID: expected a sha2-256 multihash or an identity multihash of an Ed25519 or secp256k1 public key.");

    /// <summary>As <see cref="FromBytes"/>, without the exception.</summary>
    public static bool TryFromBytes(ReadOnlySpan<byte> multihash, [NotNullWhen(true)] out PeerId? peerId)
    {
        peerId = PeerIdRules.IsValid(multihash) ? new PeerId(multihash.ToArray()) : null;
        return peerId is not null;
    }

    /// <summary>Reads either text form: base58btc multihash (<c>12D3Koo…</c>, <c>Qm…</c>) or CIDv1 with the libp2p-key codec in any multibase.</summary>
    /// <exception cref="FormatException">Not a peer ID.</exception>
    public static PeerId Parse(string text) => TryParse(text, out var peerId)
        ? peerId
        : throw new FormatException(
            $"'{ErrorText.Quote(text)}' is not a peer ID: expected a form like 12D3Koo…, Qm… or a CIDv1 with the libp2p-key codec (bafz…).");

    /// <summary>As <see cref="Parse"/>, without the exception.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out PeerId? peerId)
    {
        Span<byte> bytes = stackalloc byte[PeerIdRules.MaxLength];
        peerId = TryRead(text, bytes, out var length) ? new PeerId(bytes[..length].ToArray()) : null;
        return peerId is not null;
    }

    /// <summary>The public key, where the ID embeds it (identity multihash) or was made from it.</summary>
    public bool TryGetPublicKey([NotNullWhen(true)] out PublicKey? key)
    {
        key = _key;
        if (key is not null) return true;
        var encoded = PeerIdRules.InlineKey(_bytes);
        if (encoded.IsEmpty) return false;
        try
        {
            _key = key = PublicKey.FromProtobuf(encoded);
            return true;
        }
        catch (FormatException)
        {
            // A secp256k1 point off its curve: the form is right, but no key has this name.
            return false;
        }
    }

    /// <summary>The base58btc text form.</summary>
    public override string ToString() => _text ??= BaseCodecs.Base58.Encode(_bytes, default);

    /// <summary>The CIDv1 text form (base32, codec libp2p-key).</summary>
    public string ToCidString()
    {
        Span<byte> cid = stackalloc byte[PeerIdRules.MaxLength + 2];
        cid[0] = 1;
        cid[1] = (byte)Multicodec.Libp2pKey;
        _bytes.CopyTo(cid[2..]);
        return BaseCodecs.Base32.Encode(cid[..(_bytes.Length + 2)], "b");
    }

    /// <inheritdoc/>
    public bool Equals(PeerId? other) =>
        ReferenceEquals(this, other) || (other is not null && _hashCode == other._hashCode && _bytes.AsSpan().SequenceEqual(other._bytes));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PeerId);

    /// <inheritdoc/>
    public override int GetHashCode() => _hashCode;

    /// <summary>Orders by bytes.</summary>
    public int CompareTo(PeerId? other) => other is null ? 1 : _bytes.AsSpan().SequenceCompareTo(other._bytes);

    /// <summary>Reads either text form into a buffer of at least <see cref="PeerIdRules.MaxLength"/> bytes.</summary>
    internal static bool TryRead(ReadOnlySpan<char> text, Span<byte> destination, out int length)
    {
        length = 0;
        if (text.Length is < 2 or > MaxTextLength) return false;
        if (text[0] == '1' || text.StartsWith("Qm"))
        {
            return BaseCodecs.Base58.TryDecode(text, destination, out length) && PeerIdRules.IsValid(destination[..length]);
        }

        Span<byte> cid = stackalloc byte[PeerIdRules.MaxLength + 2];
        if (!Multibase.TryDecode(text, cid, out var written) || written < 2 || cid[0] != 1 || cid[1] != (byte)Multicodec.Libp2pKey) return false;
        length = written - 2;
        if (length > destination.Length || !PeerIdRules.IsValid(cid[2..written])) return false;
        cid[2..written].CopyTo(destination);
        return true;
    }
}
