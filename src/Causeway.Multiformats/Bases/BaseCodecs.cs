using System.Collections.Frozen;

namespace Causeway.Multiformats.Bases;

/// <summary>The codec of each multibase encoding, and the two that other formats use without a prefix.</summary>
internal static class BaseCodecs
{
    private const string Lower32 = "abcdefghijklmnopqrstuvwxyz234567";
    private const string Upper32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private const string LowerHex32 = "0123456789abcdefghijklmnopqrstuv";
    private const string UpperHex32 = "0123456789ABCDEFGHIJKLMNOPQRSTUV";
    private const string Lower36 = "0123456789abcdefghijklmnopqrstuvwxyz";
    private const string Upper36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private const string Standard64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    private const string Url64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    private const string Garlic64Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-~";

    /// <summary>base58btc.</summary>
    public static BaseCodec Base58 { get; } = new PositionalBase("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz", ignoreCase: false);

    /// <summary>RFC 4648 base32 in lower case, without padding.</summary>
    public static BaseCodec Base32 { get; } = new BitBase(Lower32, 5, padded: false, ignoreCase: true);

    /// <summary>base64 with I2P's alphabet and padding.</summary>
    public static BaseCodec Garlic64 { get; } = new BitBase(Garlic64Alphabet, 6, padded: true, ignoreCase: false);

    /// <summary>By multibase prefix.</summary>
    public static FrozenDictionary<MultibaseEncoding, BaseCodec> ByEncoding { get; } = new Dictionary<MultibaseEncoding, BaseCodec>
    {
        [MultibaseEncoding.Base2] = new BitBase("01", 1, padded: false, ignoreCase: false),
        [MultibaseEncoding.Base8] = new BitBase("01234567", 3, padded: false, ignoreCase: false),
        [MultibaseEncoding.Base10] = new PositionalBase("0123456789", ignoreCase: false),
        [MultibaseEncoding.Base16] = new BitBase("0123456789abcdef", 4, padded: false, ignoreCase: true),
        [MultibaseEncoding.Base16Upper] = new BitBase("0123456789ABCDEF", 4, padded: false, ignoreCase: true),
        [MultibaseEncoding.Base32] = Base32,
        [MultibaseEncoding.Base32Upper] = new BitBase(Upper32, 5, padded: false, ignoreCase: true),
        [MultibaseEncoding.Base32Pad] = new BitBase(Lower32, 5, padded: true, ignoreCase: true),
        [MultibaseEncoding.Base32PadUpper] = new BitBase(Upper32, 5, padded: true, ignoreCase: true),
        [MultibaseEncoding.Base32Hex] = new BitBase(LowerHex32, 5, padded: false, ignoreCase: true),
        [MultibaseEncoding.Base32HexUpper] = new BitBase(UpperHex32, 5, padded: false, ignoreCase: true),
        [MultibaseEncoding.Base32HexPad] = new BitBase(LowerHex32, 5, padded: true, ignoreCase: true),
        [MultibaseEncoding.Base32HexPadUpper] = new BitBase(UpperHex32, 5, padded: true, ignoreCase: true),
        [MultibaseEncoding.Base32Z] = new BitBase("ybndrfg8ejkmcpqxot1uwisza345h769", 5, padded: false, ignoreCase: false),
        [MultibaseEncoding.Base36] = new PositionalBase(Lower36, ignoreCase: true),
        [MultibaseEncoding.Base36Upper] = new PositionalBase(Upper36, ignoreCase: true),
        [MultibaseEncoding.Base58Btc] = Base58,
        [MultibaseEncoding.Base58Flickr] = new PositionalBase("123456789abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ", ignoreCase: false),
        [MultibaseEncoding.Base64] = new BitBase(Standard64, 6, padded: false, ignoreCase: false),
        [MultibaseEncoding.Base64Pad] = new BitBase(Standard64, 6, padded: true, ignoreCase: false),
        [MultibaseEncoding.Base64Url] = new BitBase(Url64, 6, padded: false, ignoreCase: false),
        [MultibaseEncoding.Base64UrlPad] = new BitBase(Url64, 6, padded: true, ignoreCase: false),
        [MultibaseEncoding.Base256Emoji] = new EmojiBase(),
    }.ToFrozenDictionary();
}
