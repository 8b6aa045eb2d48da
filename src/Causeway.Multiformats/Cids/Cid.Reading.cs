using System.Diagnostics.CodeAnalysis;
using Causeway.Multiformats.Bases;

namespace Causeway.Multiformats;

/// <content>Decoding, as <c>multiformats/cid</c>, "Decoding algorithm", asks.</content>
public sealed partial class Cid
{
    // Base58btc of 34 bytes that start with 12 20.
    private const int V0TextLength = 46;
    private const int V0Length = 34;
    private const string Expectation = "expected a form like Qm… (46 characters) or a multibase text of a version 1 CID, like bafy…";

    /// <summary>Reads the text form of either version. A version 0 CID in multibase is refused, as the specification asks.</summary>
    /// <exception cref="FormatException">Not a CID.</exception>
    public static Cid Parse(string text) => TryParse(text, out var cid)
        ? cid
        : throw new FormatException($"'{ErrorText.Quote(text)}' is not a CID: {Expectation}.");

    /// <summary>As <see cref="Parse"/>, without the exception.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out Cid? cid)
    {
        cid = null;
        if (text is null) return false;
        if (text.Length == V0TextLength && text.StartsWith("Qm", StringComparison.Ordinal))
        {
            Span<byte> hash = stackalloc byte[V0Length];
            return BaseCodecs.Base58.TryDecode(text, hash, out var length) && TryFromBytes(hash[..length], out cid);
        }

        return Multibase.TryDecode(text, out var bytes, out _) && bytes.Length > 0 && bytes[0] == 1 && TryFromBytes(bytes, out cid);
    }

    /// <summary>Reads the binary form of either version, strictly: nothing may follow.</summary>
    /// <exception cref="FormatException">Not a CID.</exception>
    public static Cid FromBytes(ReadOnlySpan<byte> bytes) => TryFromBytes(bytes, out var cid)
        ? cid
        : throw new FormatException($"Not a CID ({bytes.Length} bytes): expected a sha2-256 multihash (version 0), or 1, a codec and a multihash.");

    /// <summary>As <see cref="FromBytes"/>, without the exception.</summary>
    public static bool TryFromBytes(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out Cid? cid)
    {
        if (TryRead(bytes, out cid, out var length) && length == bytes.Length) return true;
        cid = null;
        return false;
    }

    /// <summary>Reads the CID at the start of <paramref name="bytes"/>; more may follow.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out Cid? cid, out int length)
    {
        cid = null;
        length = 0;

        // 12 20 begins a version 0 CID; no version 1 CID begins so.
        if (bytes is [0x12, 0x20, ..])
        {
            if (!Multihash.TryRead(bytes, out var v0, out length)) return false;
            cid = CreateV0(v0);
            return true;
        }

        if (bytes is not [1, ..] || !UnsignedVarint.TryRead(bytes[1..], out var codec, out var codecLength)) return false;
        var head = 1 + codecLength;
        if (!Multihash.TryRead(bytes[head..], out var hash, out var hashLength)) return false;
        length = head + hashLength;
        cid = new Cid(1, (Multicodec)codec, hash, bytes[..length].ToArray());
        return true;
    }
}
