using System.Diagnostics.CodeAnalysis;
using Causeway.Tunnel.Protocol.Wire;
using Causeway.Tunnel.Rosters.Entries;

namespace Causeway.Tunnel.Rosters.Spreading;

/// <summary>The bodies of ROSTER_HEADS, ROSTER_WANT and ROSTER_ENTRIES (tunnel protocol §4.1).</summary>
public static class RosterMessages
{
    /// <summary>The most IDs in ROSTER_WANT.</summary>
    public const int MaximumWanted = 64;

    /// <summary>The longest ROSTER_ENTRIES in bytes.</summary>
    public const int MaximumEntries = 60_000;

    private const int LengthSize = 2;

    /// <summary>Writes IDs, ascending: ROSTER_HEADS (at most 16) or ROSTER_WANT (1 to 64).</summary>
    public static byte[] WriteIds(IEnumerable<RosterEntryId> ids)
    {
        var sorted = ids.Order().ToArray();
        var body = new byte[1 + (sorted.Length * RosterEntryId.Size)];
        var writer = new WireWriter(body);
        writer.Byte((byte)sorted.Length);
        foreach (var id in sorted) id.CopyTo(writer.Reserve(RosterEntryId.Size));
        return body;
    }

    /// <summary>Reads ROSTER_HEADS: ascending IDs, no duplicates.</summary>
    public static bool TryReadHeads(ReadOnlySpan<byte> body, [NotNullWhen(true)] out RosterEntryId[]? heads) => TryReadIds(body, 0, RosterLimits.Parents, out heads);

    /// <summary>Reads ROSTER_WANT: ascending IDs, no duplicates.</summary>
    public static bool TryReadWant(ReadOnlySpan<byte> body, [NotNullWhen(true)] out RosterEntryId[]? wanted) => TryReadIds(body, 1, MaximumWanted, out wanted);

    /// <summary>Packs entries, in their order, into as few ROSTER_ENTRIES as they need.</summary>
    public static IEnumerable<byte[]> WriteEntries(IEnumerable<RosterEntry> entries)
    {
        List<RosterEntry> pack = [];
        var size = 0;
        foreach (var entry in entries)
        {
            var needed = LengthSize + entry.Bytes.Length;
            if (size + needed > MaximumEntries)
            {
                yield return Pack(pack, size);
                pack.Clear();
                size = 0;
            }

            pack.Add(entry);
            size += needed;
        }

        if (pack.Count > 0) yield return Pack(pack, size);
    }

    /// <summary>Reads ROSTER_ENTRIES: well-formed entries, at least one. Signatures are not looked at.</summary>
    public static bool TryReadEntries(ReadOnlySpan<byte> body, [NotNullWhen(true)] out List<RosterEntry>? entries)
    {
        entries = null;
        if (body.IsEmpty || body.Length > MaximumEntries) return false;
        var reader = new WireReader(body);
        List<RosterEntry> read = [];
        while (reader.Remaining > 0)
        {
            if (!RosterEntry.TryDecode(reader.Bytes16(RosterLimits.EntrySize), out var entry)) return false;
            read.Add(entry);
        }

        if (!reader.IsComplete) return false;
        entries = read;
        return true;
    }

    private static byte[] Pack(List<RosterEntry> entries, int size)
    {
        var body = new byte[size];
        var writer = new WireWriter(body);
        foreach (var entry in entries) writer.Bytes16(entry.Bytes.Span);
        return body;
    }

    private static bool TryReadIds(ReadOnlySpan<byte> body, int minimum, int maximum, [NotNullWhen(true)] out RosterEntryId[]? ids)
    {
        ids = null;
        var reader = new WireReader(body);
        var number = reader.Byte();
        if (number < minimum || number > maximum || body.Length != 1 + (number * RosterEntryId.Size)) return false;
        var read = new RosterEntryId[number];
        for (var i = 0; i < number; i++)
        {
            read[i] = RosterEntryId.Read(reader.Bytes(RosterEntryId.Size));
            if (i > 0 && read[i - 1].CompareTo(read[i]) >= 0) return false;
        }

        ids = read;
        return true;
    }
}
