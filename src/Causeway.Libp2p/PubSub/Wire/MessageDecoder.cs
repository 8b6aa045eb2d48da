using System.Diagnostics.CodeAnalysis;
using Causeway.Libp2p.PubSub.Messages;
using Causeway.Libp2p.Wire;

namespace Causeway.Libp2p.PubSub.Wire;

/// <summary>Decodes a <c>Message</c>. One that is not in the order every implementation writes is put into that order first.</summary>
internal static class MessageDecoder
{
    private const int FirstField = 1;
    private const int Topic = 4;
    private const int Signature = 5;
    private const int LastField = 6;

    /// <summary>Decodes; false where the bytes are not a message or have no topic.</summary>
    public static bool TryDecode(ReadOnlyMemory<byte> body, TopicNames topics, [NotNullWhen(true)] out GossipMessage? message)
    {
        message = null;
        var span = body.Span;
        Span<Slice> fields = stackalloc Slice[LastField + 1];
        fields.Fill(Slice.Absent);
        var reader = new WireReader(span);
        var (last, signed, canonical, unknown) = (0, 0, true, 0);
        while (!reader.IsAtEnd)
        {
            var start = reader.Position;
            if (!reader.TryReadTag(out var field, out var wireType)) return false;
            if (field is < FirstField or > LastField)
            {
                if (!reader.TrySkip(wireType)) return false;
                unknown += reader.Position - start;
                canonical = false;
                continue;
            }

            if (wireType != 2 || !reader.TryReadSlice(out fields[field])) return false;
            canonical &= field > last;
            last = field;
            if (field < Signature) signed = reader.Position;
        }

        if (!topics.TryRead(fields[Topic].Of(span), out var topic)) return false;
        message = canonical && reader.IsMinimal ? Create(body, fields, topic, signed, Slice.Absent) : Rebuild(span, fields, topic, unknown);
        return true;
    }

    private static GossipMessage Create(ReadOnlyMemory<byte> raw, ReadOnlySpan<Slice> fields, string topic, int signed, Slice unknown) => new()
    {
        Topic = topic,
        Raw = raw,
        From = fields[1],
        Data = fields[2],
        SequenceNumber = fields[3],
        Signature = fields[5],
        Key = fields[6],
        SignedLength = signed,
        Unknown = unknown,
    };

    private static GossipMessage Rebuild(ReadOnlySpan<byte> body, Span<Slice> fields, string topic, int unknown)
    {
        var size = unknown;
        foreach (var field in fields)
        {
            if (field.IsPresent) size += WireWriter.SizeOfField(field.Length);
        }

        var raw = new byte[size];
        var writer = new WireWriter(raw);
        var signed = 0;
        for (var field = FirstField; field <= LastField; field++)
        {
            if (!fields[field].IsPresent) continue;
            writer.WriteField(field, fields[field].Of(body));
            fields[field] = new Slice(writer.Position - fields[field].Length, fields[field].Length);
            if (field < Signature) signed = writer.Position;
        }

        var rest = unknown > 0 ? new Slice(writer.Position, unknown) : Slice.Absent;
        CopyUnknown(body, ref writer);
        return Create(raw, fields, topic, signed, rest);
    }

    private static void CopyUnknown(ReadOnlySpan<byte> body, ref WireWriter writer)
    {
        var reader = new WireReader(body);
        while (!reader.IsAtEnd)
        {
            var start = reader.Position;
            _ = reader.TryReadTag(out var field, out var wireType);
            _ = reader.TrySkip(wireType);
            if (field is < FirstField or > LastField) writer.WriteRaw(body[start..reader.Position]);
        }
    }
}
