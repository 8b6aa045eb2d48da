using System.Diagnostics.CodeAnalysis;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Dag.Json;

/// <summary>How DAG-JSON says bytes and links, and the maps that it therefore has no form for ("The Reserved Namespace").</summary>
internal static class JsonForms
{
    public const string Mark = "/";
    public const string Bytes = "bytes";

    /// <summary>Whether a map would be read as a link or bytes, or as a broken one: its first key is the mark, and its value a string, or a map whose first key is <c>bytes</c> with a string.</summary>
    /// <param name="sorted">The entries in the order that they are written in.</param>
    public static bool IsReserved(ReadOnlySpan<KeyValuePair<string, IpldValue>> sorted)
    {
        if (sorted.IsEmpty || sorted[0].Key != Mark) return false;
        return sorted[0].Value switch
        {
            IpldString => true,
            IpldMap { Count: > 0 } inner => inner.MinBy(static entry => entry.Key, Comparer<string>.Create(MapKeys.CompareBytes)) is { Key: Bytes, Value: IpldString },
            _ => false,
        };
    }

    /// <summary>A link's text: base58btc in version 0, base32 in version 1, and no other base.</summary>
    public static bool TryReadLink(string text, [NotNullWhen(true)] out Cid? cid) => Cid.TryParse(text, out cid) && cid.ToString() == text;

    /// <summary>Base64 without padding; bits past the last byte must be zero, as two texts would say the same otherwise.</summary>
    public static bool TryReadBytes(string text, [NotNullWhen(true)] out byte[]? bytes) =>
        Multibase.TryDecode($"{(char)MultibaseEncoding.Base64}{text}", out bytes, out _) && WriteBytes(bytes) == text;

    public static string WriteBytes(ReadOnlySpan<byte> bytes) => Multibase.Encode(bytes, MultibaseEncoding.Base64)[1..];
}
