namespace Causeway.Multiformats;

/// <summary>The bases of multibase (<c>multiformats/multibase</c>, <c>multibase.csv</c>); each value is the code point of its prefix.</summary>
public enum MultibaseEncoding
{
    /// <summary>None: not an encoding.</summary>
    None = 0,

    /// <summary>Binary digits.</summary>
    Base2 = '0',

    /// <summary>Octal digits.</summary>
    Base8 = '7',

    /// <summary>One decimal number.</summary>
    Base10 = '9',

    /// <summary>Hexadecimal, lower case.</summary>
    Base16 = 'f',

    /// <summary>Hexadecimal, upper case.</summary>
    Base16Upper = 'F',

    /// <summary>RFC 4648 base32, lower case, no padding: the default of CIDv1.</summary>
    Base32 = 'b',

    /// <summary>RFC 4648 base32, upper case, no padding.</summary>
    Base32Upper = 'B',

    /// <summary>RFC 4648 base32, lower case, with padding.</summary>
    Base32Pad = 'c',

    /// <summary>RFC 4648 base32, upper case, with padding.</summary>
    Base32PadUpper = 'C',

    /// <summary>RFC 4648 base32hex, lower case, no padding.</summary>
    Base32Hex = 'v',

    /// <summary>RFC 4648 base32hex, upper case, no padding.</summary>
    Base32HexUpper = 'V',

    /// <summary>RFC 4648 base32hex, lower case, with padding.</summary>
    Base32HexPad = 't',

    /// <summary>RFC 4648 base32hex, upper case, with padding.</summary>
    Base32HexPadUpper = 'T',

    /// <summary>z-base-32.</summary>
    Base32Z = 'h',

    /// <summary>One number of digits and lower-case letters.</summary>
    Base36 = 'k',

    /// <summary>One number of digits and upper-case letters.</summary>
    Base36Upper = 'K',

    /// <summary>Base58 with Bitcoin's alphabet.</summary>
    Base58Btc = 'z',

    /// <summary>Base58 with Flickr's alphabet.</summary>
    Base58Flickr = 'Z',

    /// <summary>RFC 4648 base64, no padding.</summary>
    Base64 = 'm',

    /// <summary>RFC 4648 base64, with padding.</summary>
    Base64Pad = 'M',

    /// <summary>RFC 4648 base64url, no padding.</summary>
    Base64Url = 'u',

    /// <summary>RFC 4648 base64url, with padding.</summary>
    Base64UrlPad = 'U',

    /// <summary>One emoji per byte.</summary>
    Base256Emoji = 0x1F680,
}
