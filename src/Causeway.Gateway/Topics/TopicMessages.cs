using System.Text.Json;
using System.Text.Unicode;
using Causeway.Gateway.Protocol;
using Causeway.Multiformats;

namespace Causeway.Gateway.Topics;

/// <summary>Makes the pushes of one topic's messages.</summary>
internal sealed class TopicMessages(string topic)
{
    // Authors whose prefix is kept; a page hears of more only in very large rooms.
    private const int MaxHeads = 1024;

    private readonly Dictionary<PeerId, byte[]> _heads = [];

    /// <summary>The push for a message; null when its payload is not one JSON value and so nothing that a page of this protocol has sent.</summary>
    public OutboundFrame? ToPush(PeerId author, ReadOnlyMemory<byte> data) => IsJson(data.Span) ? Frames.Push(HeadOf(author), data.Span) : null;

    private static bool IsJson(ReadOnlySpan<byte> data)
    {
        if (!Utf8.IsValid(data)) return false;
        try
        {
            var reader = new Utf8JsonReader(data, EnvelopeReader.Options);
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private byte[] HeadOf(PeerId author)
    {
        if (_heads.TryGetValue(author, out var head)) return head;
        head = Frames.TopicDataHead(topic, author.ToString());
        if (_heads.Count < MaxHeads) _heads[author] = head;
        return head;
    }
}
