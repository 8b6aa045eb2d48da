using System.Buffers;
using Causeway.Multiformats;
using Google.Protobuf;

namespace Causeway.Libp2p.Streams;

/// <summary>Single protobuf messages on a stream, each behind its length as a varint: what request-response protocols of libp2p exchange.</summary>
internal static class DelimitedMessages
{
    /// <summary>Reads one message.</summary>
    /// <param name="stream">Where from; no byte beyond the message is taken.</param>
    /// <param name="parser">Makes the message.</param>
    /// <param name="maxLength">The longest message taken (bytes).</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="Libp2pException"><see cref="Libp2pError.ProtocolViolation"/>: too long, cut off or malformed.</exception>
    public static async ValueTask<T> ReadAsync<T>(Stream stream, MessageParser<T> parser, int maxLength, CancellationToken cancellationToken)
        where T : IMessage<T>
    {
        var buffer = ArrayPool<byte>.Shared.Rent(maxLength);
        try
        {
            var length = await ReadLengthAsync(stream, buffer, maxLength, cancellationToken);
            if (await stream.ReadAtLeastAsync(buffer.AsMemory(0, length), length, throwOnEndOfStream: false, cancellationToken) < length)
                throw Violation("it ended within a message");
            return parser.ParseFrom(buffer.AsSpan(0, length));
        }
        catch (InvalidProtocolBufferException error)
        {
            throw Violation(error.Message);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Writes one message, and half-closes behind it when <paramref name="completeWrites"/>.</summary>
    public static ValueTask WriteAsync(Libp2pStream stream, IMessage message, bool completeWrites, CancellationToken cancellationToken) =>
        stream.WriteAsync(Encode(message), completeWrites, cancellationToken);

    /// <summary>The message behind its length.</summary>
    public static byte[] Encode(IMessage message)
    {
        using var output = new MemoryStream();
        message.WriteDelimitedTo(output);
        return output.ToArray();
    }

    private static async ValueTask<int> ReadLengthAsync(Stream stream, byte[] buffer, int maxLength, CancellationToken cancellationToken)
    {
        for (var count = 1; count <= UnsignedVarint.MaxLength; count++)
        {
            if (await stream.ReadAsync(buffer.AsMemory(count - 1, 1), cancellationToken) == 0) throw Violation("it ended where a message was expected");
            switch (UnsignedVarint.Read(buffer.AsSpan(0, count), out var length, out _))
            {
                case OperationStatus.Done:
                    return length <= (ulong)maxLength ? (int)length : throw Violation("a message is too long");
                case OperationStatus.InvalidData:
                    throw Violation("a length is not a varint in its shortest form");
            }
        }

        throw Violation("a length is not a varint");
    }

    private static Libp2pException Violation(string what) => new(Libp2pError.ProtocolViolation, $"The other end's stream is malformed: {what}.");
}
