using System.Buffers;
using Causeway.Libp2p.Identify.Wire;
using Google.Protobuf;

namespace Causeway.Libp2p.Identify;

/// <summary>
/// Identify messages on a stream: protobufs behind their length as a varint, until the end of the stream. A large identity is spread over
/// several messages, which merge on arrival.
/// </summary>
internal static class IdentifyCodec
{
    /// <summary>The largest message taken (bytes): what go-libp2p and js-libp2p take too.</summary>
    public const int MaxReceived = 8 * 1024;

    /// <summary>The largest message sent (bytes): rust-libp2p takes no larger one.</summary>
    public const int MaxSent = 4 * 1024;

    /// <summary>Messages taken from one stream (go-libp2p, <c>p2p/protocol/identify/id.go</c>).</summary>
    public const int MaxMessages = 10;

    /// <summary>Encodes a message, in several parts if it is large. What does not fit into ten parts is left out.</summary>
    public static byte[] Encode(IdentifyMessage message)
    {
        using var output = new MemoryStream();
        if (message.CalculateSize() <= MaxSent)
        {
            message.WriteDelimitedTo(output);
            return output.ToArray();
        }

        foreach (var part in Split(message).Where(static part => part.CalculateSize() <= MaxReceived).Take(MaxMessages)) part.WriteDelimitedTo(output);
        return output.ToArray();
    }

    /// <summary>Reads messages to the end of the stream and merges them.</summary>
    /// <exception cref="Libp2pException">Too long, too many, cut off or malformed.</exception>
    public static async Task<IdentifyMessage> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(MaxReceived + 2);
        try
        {
            var merged = new IdentifyMessage();
            var (start, end) = (0, 0);
            for (var count = 0; ;)
            {
                while (TryTake(buffer.AsSpan(start, end - start), merged, out var taken))
                {
                    start += taken;
                    if (++count == MaxMessages) return merged;
                }

                buffer.AsSpan(start, end - start).CopyTo(buffer);
                (start, end) = (0, end - start);
                var read = await stream.ReadAsync(buffer.AsMemory(end, MaxReceived + 2 - end), cancellationToken);
                if (read == 0)
                {
                    if (end == 0 && count > 0) return merged;
                    throw Violation(count == 0 && end == 0 ? "the stream ended without a message" : "the stream ended within a message");
                }

                end += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static bool TryTake(ReadOnlySpan<byte> data, IdentifyMessage merged, out int taken)
    {
        taken = 0;
        if (data.IsEmpty) return false;

        // 8192 fits into two bytes of varint.
        int length = data[0];
        var prefix = 1;
        if ((length & 0x80) != 0)
        {
            if (data.Length < 2) return false;
            if (data[1] is 0 or >= 0x80) throw Violation("a message is too long");
            length = (length & 0x7F) | (data[1] << 7);
            prefix = 2;
        }

        if (length > MaxReceived) throw Violation("a message is too long");
        if (data.Length < prefix + length) return false;
        try
        {
            merged.MergeFrom(data.Slice(prefix, length).ToArray());
        }
        catch (InvalidProtocolBufferException error)
        {
            throw Violation(error.Message);
        }

        taken = prefix + length;
        return true;
    }

    // The record goes last and alone: a reader that stops after the first message has the essentials.
    private static IEnumerable<IdentifyMessage> Split(IdentifyMessage whole)
    {
        var first = whole.Clone();
        first.ListenAddrs.Clear();
        first.Protocols.Clear();
        first.ClearSignedPeerRecord();
        var part = first;
        foreach (var protocol in whole.Protocols)
        {
            part.Protocols.Add(protocol);
            if (part.CalculateSize() <= MaxSent) continue;
            part.Protocols.RemoveAt(part.Protocols.Count - 1);
            yield return part;
            part = new IdentifyMessage { Protocols = { protocol } };
        }

        foreach (var address in whole.ListenAddrs)
        {
            part.ListenAddrs.Add(address);
            if (part.CalculateSize() <= MaxSent) continue;
            part.ListenAddrs.RemoveAt(part.ListenAddrs.Count - 1);
            yield return part;
            part = new IdentifyMessage { ListenAddrs = { address } };
        }

        yield return part;
        if (whole.HasSignedPeerRecord) yield return new IdentifyMessage { SignedPeerRecord = whole.SignedPeerRecord };
    }

    private static Libp2pException Violation(string what) => new(Libp2pError.ProtocolViolation, $"The other end's Identify is malformed: {what}.");
}
