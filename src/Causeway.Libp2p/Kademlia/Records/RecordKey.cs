using System.Diagnostics.CodeAnalysis;
using System.Text;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Kademlia.Records;

/// <summary>Keys of values: a namespace in slashes, then what it says.</summary>
internal static class RecordKey
{
    private const byte Slash = (byte)'/';
    private const int MaxNamespace = 64;

    /// <summary>The namespace of <c>/namespace/…</c>; false where the key has another form.</summary>
    public static bool TryGetNamespace(ReadOnlySpan<byte> key, [NotNullWhen(true)] out string? name)
    {
        name = null;
        if (key.Length < 3 || key[0] != Slash) return false;
        var length = key[1..].IndexOf(Slash);
        if (length is < 1 or > MaxNamespace || !Ascii.IsValid(key.Slice(1, length))) return false;
        name = Encoding.ASCII.GetString(key.Slice(1, length));
        return true;
    }

    /// <summary>The peer of <c>/namespace/peer ID</c>.</summary>
    public static bool TryGetPeer(ReadOnlySpan<byte> key, string name, [NotNullWhen(true)] out PeerId? peer)
    {
        peer = null;
        return TryGetNamespace(key, out var found) && found == name && PeerId.TryFromBytes(key[(name.Length + 2)..], out peer);
    }
}
