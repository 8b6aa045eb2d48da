using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text;
using Causeway.Cryptography.Hybrid;
using Causeway.Tunnel.Protocol.Wire;

namespace Causeway.Tunnel.Rosters.Entries;

/// <summary>The bytes of an entry without its signature (tunnel protocol §5.1).</summary>
internal static class RosterEntryCodec
{
    private const byte Version = 1;

    // The year 9999, where DateTimeOffset ends.
    private const ulong MaximumTime = 253_402_300_799_999;

    public static byte[] Write(RosterEntryHeader header, RosterChange change)
    {
        var buffer = new byte[RosterLimits.EntrySize];
        var writer = new WireWriter(buffer);
        writer.Byte(Version);
        writer.Byte((byte)change.Operation);
        header.Network.CopyTo(writer.Reserve(RosterEntryId.Size));
        writer.PeerId(header.Author);
        writer.UInt64(header.Height);
        writer.UInt64((ulong)header.Time.ToUnixTimeMilliseconds());
        writer.Byte((byte)header.Parents.Count);
        foreach (var parent in header.Parents) parent.CopyTo(writer.Reserve(RosterEntryId.Size));
        WriteChange(ref writer, change);
        return writer.Written.ToArray();
    }

    public static bool TryRead(ReadOnlySpan<byte> unsigned, [NotNullWhen(true)] out RosterEntryHeader? header, [NotNullWhen(true)] out RosterChange? change)
    {
        var reader = new WireReader(unsigned);
        reader.Require(reader.Byte() == Version);
        var operation = (RosterOperation)reader.Byte();
        var network = ReadId(ref reader);
        var author = reader.PeerId();
        var height = reader.UInt64();
        var time = reader.UInt64();
        var parents = ReadParents(ref reader, operation);
        reader.Require(time <= MaximumTime && network.IsZero == (operation == RosterOperation.Create) && (height == 0) == (operation == RosterOperation.Create));
        change = ReadChange(ref reader, operation);
        reader.Require(change is not RosterChange.CreateNetwork create || create.Key.PeerId == author);
        header = reader.IsComplete && change is not null
            ? new RosterEntryHeader(network, author, height, DateTimeOffset.FromUnixTimeMilliseconds((long)time), parents)
            : null;
        if (header is null) change = null;
        return header is not null && change is not null;
    }

    private static RosterEntryId ReadId(ref WireReader reader)
    {
        var bytes = reader.Bytes(RosterEntryId.Size);
        return bytes.IsEmpty ? default : RosterEntryId.Read(bytes);
    }

    private static RosterEntryId[] ReadParents(ref WireReader reader, RosterOperation operation)
    {
        var number = reader.Byte();
        reader.Require(number <= RosterLimits.Parents && (number == 0) == (operation == RosterOperation.Create));
        reader.Require(reader.Remaining >= number * RosterEntryId.Size);
        if (reader.Failed) return [];
        var parents = new RosterEntryId[number];
        for (var i = 0; i < number; i++)
        {
            parents[i] = ReadId(ref reader);
            reader.Require(i == 0 || parents[i - 1].CompareTo(parents[i]) < 0);
        }

        return parents;
    }

    private static void WriteChange(ref WireWriter writer, RosterChange change)
    {
        switch (change)
        {
            case RosterChange.CreateNetwork create:
                WriteText(ref writer, create.NetworkName);
                WriteAddress(ref writer, create.Subnet.Network);
                writer.Byte((byte)create.Subnet.PrefixLength);
                writer.Bytes(create.Key.Bytes.Span);
                WriteText(ref writer, create.Name);
                WriteAddress(ref writer, create.Address);
                WriteRelays(ref writer, create.Relays);
                break;
            case RosterChange.AddMember add:
                writer.Bytes(add.Key.Bytes.Span);
                WriteText(ref writer, add.Name);
                WriteAddress(ref writer, add.Address);
                writer.Byte((byte)add.Role);
                break;
            case RosterChange.RemoveMember remove:
                writer.PeerId(remove.Peer);
                break;
            case RosterChange.SetName name:
                writer.PeerId(name.Peer);
                WriteText(ref writer, name.Text);
                break;
            case RosterChange.SetAddress address:
                writer.PeerId(address.Peer);
                WriteAddress(ref writer, address.IPv4);
                break;
            case RosterChange.SetRole role:
                writer.PeerId(role.Peer);
                writer.Byte((byte)role.Value);
                break;
            case RosterChange.SetRelays relays:
                WriteRelays(ref writer, relays.Urls);
                break;
        }
    }

    private static RosterChange? ReadChange(ref WireReader reader, RosterOperation operation) => operation switch
    {
        RosterOperation.Create => ReadCreate(ref reader),
        RosterOperation.Add => ReadKey(ref reader) is { } key ? new RosterChange.AddMember(key, ReadName(ref reader), ReadAddress(ref reader), ReadRole(ref reader)) : null,
        RosterOperation.Remove => new RosterChange.RemoveMember(reader.PeerId()),
        RosterOperation.Name => new RosterChange.SetName(reader.PeerId(), ReadName(ref reader)),
        RosterOperation.Address => new RosterChange.SetAddress(reader.PeerId(), ReadAddress(ref reader)),
        RosterOperation.Role => new RosterChange.SetRole(reader.PeerId(), ReadRole(ref reader)),
        RosterOperation.Relays => new RosterChange.SetRelays(ReadRelays(ref reader)),
        _ => null,
    };

    private static RosterChange.CreateNetwork? ReadCreate(ref WireReader reader)
    {
        var network = ReadText(ref reader);
        reader.Require(RosterName.IsValid(network));
        var isSubnet = RosterSubnet.TryCreate(ReadAddress(ref reader), reader.Byte(), out var subnet);
        reader.Require(isSubnet);
        return ReadKey(ref reader) is { } key
            ? new RosterChange.CreateNetwork(network, subnet, key, ReadName(ref reader), ReadAddress(ref reader), ReadRelays(ref reader))
            : null;
    }

    private static RosterKey? ReadKey(ref WireReader reader)
    {
        var bytes = reader.Bytes(HybridPublicKey.Size);
        return bytes.IsEmpty ? null : new RosterKey(bytes.ToArray());
    }

    private static string ReadName(ref WireReader reader)
    {
        var name = ReadText(ref reader);
        reader.Require(RosterName.IsAssignable(name));
        return name;
    }

    private static IPAddress ReadAddress(ref WireReader reader)
    {
        var bytes = reader.Bytes(4);
        return bytes.IsEmpty ? IPAddress.Any : new IPAddress(bytes);
    }

    private static RosterRole ReadRole(ref WireReader reader)
    {
        var role = reader.Byte();
        reader.Require(role <= (byte)RosterRole.Administrator);
        return (RosterRole)role;
    }

    // Names and URLs are ASCII, which their own rules check; so a byte is a character.
    private static string ReadText(ref WireReader reader) => Encoding.Latin1.GetString(reader.Bytes8());

    private static void WriteText(ref WireWriter writer, string text) => writer.Bytes8(Encoding.Latin1.GetBytes(text));

    private static void WriteAddress(ref WireWriter writer, IPAddress address)
    {
        if (!address.TryWriteBytes(writer.Reserve(4), out _)) throw new ArgumentException("An address of a segment is IPv4.", nameof(address));
    }

    internal static string[] ReadRelays(ref WireReader reader)
    {
        var number = reader.Byte();
        reader.Require(number <= RosterLimits.Relays);
        if (reader.Failed) return [];
        var urls = new string[number];
        for (var i = 0; i < number; i++)
        {
            urls[i] = Encoding.Latin1.GetString(reader.Bytes16(RosterLimits.RelayUrl));
            reader.Require(IsRelay(urls[i]));
        }

        return urls;
    }

    internal static void WriteRelays(ref WireWriter writer, IReadOnlyList<string> urls)
    {
        writer.Byte((byte)urls.Count);
        foreach (var url in urls) writer.Bytes16(Encoding.Latin1.GetBytes(url));
    }

    // Only what two implementations cannot see differently; a URL that does not parse is passed over by who would use it.
    private static bool IsRelay(string url) =>
        (url.StartsWith("wss://", StringComparison.Ordinal) || url.StartsWith("ws://", StringComparison.Ordinal)) && url.All(c => c is > ' ' and <= '~');
}
