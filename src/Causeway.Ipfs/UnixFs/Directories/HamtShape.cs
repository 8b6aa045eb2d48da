using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Causeway.Ipfs.UnixFs.Directories;

/// <summary>How a sharded folder uses the hashes of names: each level takes the next few bits, from the top.</summary>
/// <param name="Fanout">Places of a shard, a power of two, 8 to 1024 (ipfs/specs, UnixFS, "HAMT Structure and Parameters").</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct HamtShape(int Fanout)
{
    private const int HashBits = 64;
    private const ulong MaxFanout = 1024;

    /// <summary>Bits of the hash that a level takes.</summary>
    public int Bits => BitOperations.Log2((uint)Fanout);

    /// <summary>How many levels there can be until the hash is used up.</summary>
    public int Levels => HashBits / Bits;

    /// <summary>Hexadecimal digits before each name.</summary>
    public int PrefixLength => (Bits + 3) / 4;

    public static bool IsAllowed(ulong fanout) => fanout is >= 8 and <= MaxFanout && BitOperations.IsPow2(fanout);

    /// <summary>A name's place in a shard.</summary>
    public int PlaceOf(ulong hash, int level) => (int)(PathOf(hash, level) & (ulong)(Fanout - 1));

    /// <summary>A name's places in all shards down to one, in one number.</summary>
    public ulong PathOf(ulong hash, int level) => hash >> (HashBits - (Bits * (level + 1)));

    public string PrefixOf(int place) => place.ToString("X" + PrefixLength, CultureInfo.InvariantCulture);

    /// <summary>The place that a link's name begins with, or −1. Only upper case digits are: every place has one form.</summary>
    public int PlaceOf(ReadOnlySpan<char> name)
    {
        if (name.Length < PrefixLength) return -1;
        var place = 0;
        foreach (var digit in name[..PrefixLength])
        {
            if (!char.IsAsciiHexDigitUpper(digit)) return -1;
            place = (place << 4) | (digit <= '9' ? digit - '0' : digit - 'A' + 10);
        }

        return place < Fanout ? place : -1;
    }
}
