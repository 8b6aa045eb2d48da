using System.Buffers;
using Causeway.Multiformats;
using Google.Protobuf;

namespace Causeway.Libp2p.Streams;

/// <summary>
/// Protobuf messages behind their length as a varint, on a stream that may carry something else afterwards: not a byte behind a message is taken.
/// </summary>
internal static class DelimitedMessages
{
    /// <summary>The largest message where nothing else is said (bytes, without its length): what go-libp2p takes, and what relay/DCUtR.md names.</summary>
    public const int MaxSize = 4096;

    /// <summary>Reads one message of at most <see cref="MaxSize"/>.</summary>
    /// <exception cref="Libp2pException"><see cref="Libp2pError.ProtocolViolation"/>: too long, cut off or malformed.</exception>
    public static ValueTask<T> ReadAsync<T>(Stream stream, MessageParser<T> parser, CancellationToken cancellationToken)
        where T : IMessage<T> => ReadAsync(stream, parser, MaxSize, cancellationToken);

    /// <summary>Reads one message.</summary>
    /// <param name="stream">Where from.</param>
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

    /// <summary>Writes one message.</summary>
    public static ValueTask WriteAsync(Stream stream, IMessage message, CancellationToken cancellationToken) => stream.WriteAsync(Encode(message), cancellationToken);

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
                case OperationStatus.NeedMoreData when 1L << (7 * count) > maxLength:
                    throw Violation("a message is too long");
                case OperationStatus.InvalidData:
                    throw Violation("a length is not a varint in its shortest form");
            }
        }

        throw Violation("a length is not a varint");
    }

    private static Libp2pException Violation(string what) => new(Libp2pError.ProtocolViolation, $"The other end's stream is malformed: {what}.");
}
