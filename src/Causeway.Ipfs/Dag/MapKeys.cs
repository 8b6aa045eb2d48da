using System.Text;

namespace Causeway.Ipfs.Dag;

/// <summary>The orders of map keys: DAG-CBOR's (by UTF-8 length, then by bytes) and DAG-JSON's (by UTF-8 bytes).</summary>
internal static class MapKeys
{
    public static int CompareCbor(string left, string right)
    {
        var lengths = Encoding.UTF8.GetByteCount(left).CompareTo(Encoding.UTF8.GetByteCount(right));
        return lengths != 0 ? lengths : CompareBytes(left, right);
    }

    /// <summary>The order of the UTF-8 forms, which is that of code points: UTF-16 has it, but that surrogates come before U+E000 to U+FFFF.</summary>
    public static int CompareBytes(string left, string right)
    {
        var same = left.AsSpan().CommonPrefixLength(right);
        if (same == left.Length || same == right.Length) return left.Length.CompareTo(right.Length);
        var a = left[same];
        var b = right[same];

        // A surrogate stands for a code point past U+FFFF, so it comes after every other character.
        var bySurrogate = char.IsSurrogate(a).CompareTo(char.IsSurrogate(b));
        return bySurrogate != 0 ? bySurrogate : a.CompareTo(b);
    }

    /// <summary>Whether a text has a form in UTF-8.</summary>
    public static bool IsText(string text)
    {
        var rest = text.AsSpan();
        while (rest.IndexOfAnyInRange('\uD800', '\uDFFF') is var at and >= 0)
        {
            if (at + 1 == rest.Length || !char.IsSurrogatePair(rest[at], rest[at + 1])) return false;
            rest = rest[(at + 2)..];
        }

        return true;
    }
}
