using System.Buffers;
using Causeway.Multiformats;
using Google.Protobuf;

namespace Causeway.Libp2p.Relay.Wire;

/// <summary>
/// Protobuf messages behind their length as a varint, on a stream that carries something else afterwards: not a byte behind the message is taken.
/// </summary>
internal static class DelimitedMessages
{
    /// <summary>The largest message (bytes, without its length): what go-libp2p takes, and what relay/DCUtR.md names.</summary>
    public const int MaxSize = 4096;

    // 4096 fits into two bytes of varint.
    private const int MaxPrefix = 2;

    /// <summary>Reads one message.</summary>
    /// <exception cref="Libp2pException">Too long, cut off or malformed (<see cref="Libp2pError.ProtocolViolation"/>), or the stream was reset.</exception>
    public static async ValueTask<T> ReadAsync<T>(Stream stream, MessageParser<T> parser, CancellationToken cancellationToken)
        where T : IMessage<T>
    {
        var buffer = ArrayPool<byte>.Shared.Rent(MaxSize);
        try
        {
            var length = await ReadLengthAsync(stream, buffer, cancellationToken);
            await ReadExactlyAsync(stream, buffer.AsMemory(0, length), cancellationToken);
            return parser.ParseFrom(buffer, 0, length);
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new Libp2pException(Libp2pError.ProtocolViolation, $"The other end sent a malformed message: {error.Message}", error);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Writes one message.</summary>
    public static async ValueTask WriteAsync(Stream stream, IMessage message, CancellationToken cancellationToken)
    {
        using var output = new MemoryStream();
        message.WriteDelimitedTo(output);
        await stream.WriteAsync(output.GetBuffer().AsMemory(0, (int)output.Length), cancellationToken);
    }

    private static async ValueTask<int> ReadLengthAsync(Stream stream, byte[] buffer, CancellationToken cancellationToken)
    {
        for (var read = 0; read < MaxPrefix;)
        {
            await ReadExactlyAsync(stream, buffer.AsMemory(read, 1), cancellationToken);
            switch (UnsignedVarint.Read(buffer.AsSpan(0, ++read), out var length, out _))
            {
                case OperationStatus.Done when length <= MaxSize:
                    return (int)length;
                case OperationStatus.NeedMoreData when read < MaxPrefix:
                    continue;
                default:
                    throw new Libp2pException(Libp2pError.ProtocolViolation, $"The other end sent a message of more than {MaxSize} bytes, or a malformed length.");
            }
        }

        throw new InvalidOperationException();
    }

    private static async ValueTask ReadExactlyAsync(Stream stream, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken) < buffer.Length)
            throw new Libp2pException(Libp2pError.ProtocolViolation, "The other end closed the stream within a message.");
    }
}
