namespace Causeway.Multiformats.Peers;

/// <summary>
/// What makes a multihash a peer ID (libp2p specs, <c>peer-ids/peer-ids.md</c>): sha2-256 of 32 bytes, or identity over a key encoding of at
/// most 42 bytes. Of the key types only Ed25519 and secp256k1 are that short.
/// </summary>
internal static class PeerIdRules
{
    /// <summary>Key encodings up to this many bytes are embedded, longer ones hashed.</summary>
    public const int MaxInlineKey = 42;

    /// <summary>The longest peer ID in bytes: code, length, key encoding.</summary>
    public const int MaxLength = MaxInlineKey + 2;

    private const byte Identity = 0x00;
    private const byte Sha256 = 0x12;

    /// <summary>Whether the bytes are a peer ID in form. Whether an embedded secp256k1 point lies on its curve shows when the key is used.</summary>
    public static bool IsValid(ReadOnlySpan<byte> multihash)
    {
        if (multihash.Length is < 2 or > MaxLength || multihash[1] != multihash.Length - 2) return false;
        return multihash[0] switch
        {
            Sha256 => multihash.Length == 34,
            Identity => IsInlineKey(multihash[2..]),
            _ => false,
        };
    }

    /// <summary>The embedded key encoding; empty where the ID is a hash.</summary>
    public static ReadOnlySpan<byte> InlineKey(ReadOnlySpan<byte> multihash) => multihash[0] == Identity ? multihash[2..] : default;

    // Field 1 (varint, type), field 2 (bytes, key): deterministic encoding in this order, nothing else.
    private static bool IsInlineKey(ReadOnlySpan<byte> key) => key switch
    {
        [0x08, 0x01, 0x12, 32, ..] => key.Length == 36,
        [0x08, 0x02, 0x12, 33, 0x02 or 0x03, ..] => key.Length == 37,
        _ => false,
    };
}
