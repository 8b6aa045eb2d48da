using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Causeway.Cryptography.Aead;

namespace Causeway.Libp2p.Security.Noise;

/// <summary>Noise messages on the wire: a 2-byte big-endian length and the message (libp2p specs, <c>noise/README.md</c>, "Wire Format").</summary>
internal static class NoiseFrame
{
    /// <summary>Bytes of the length field.</summary>
    public const int PrefixSize = 2;

    /// <summary>The longest plaintext of a transport message: 65535 less the tag.</summary>
    public const int MaxPlaintext = HandshakeState.MaxMessage - AeadCipher.TagSize;

    /// <summary>Bytes around a plaintext.</summary>
    public const int Overhead = PrefixSize + AeadCipher.TagSize;

    /// <summary>Takes a whole frame off the front of <paramref name="buffer"/>, if it is there.</summary>
    /// <param name="buffer">What was received.</param>
    /// <param name="message">The message without its length.</param>
    /// <param name="length">The message's length as soon as it is known, else −1.</param>
    public static bool TryTake(ref ReadOnlySequence<byte> buffer, out ReadOnlySequence<byte> message, out int length)
    {
        message = default;
        length = -1;
        var first = buffer.FirstSpan;
        if (first.Length >= PrefixSize)
        {
            length = BinaryPrimitives.ReadUInt16BigEndian(first);
        }
        else
        {
            if (buffer.Length < PrefixSize) return false;
            Span<byte> prefix = stackalloc byte[PrefixSize];
            buffer.Slice(0, PrefixSize).CopyTo(prefix);
            length = BinaryPrimitives.ReadUInt16BigEndian(prefix);
        }

        if (buffer.Length < PrefixSize + length) return false;
        message = buffer.Slice(PrefixSize, length);
        buffer = buffer.Slice(PrefixSize + length);
        return true;
    }

    /// <summary>Reads one handshake message. What lies in the writer is flushed before this waits, and only then.</summary>
    /// <exception cref="Libp2pException">It is longer than <paramref name="maxLength"/>, or the other end closed.</exception>
    public static async ValueTask<byte[]> ReadAsync(IDuplexPipe pipe, int maxLength, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (!pipe.Input.TryRead(out var result))
            {
                _ = await pipe.Output.FlushAsync(cancellationToken);
                result = await pipe.Input.ReadAsync(cancellationToken);
            }

            var buffer = result.Buffer;
            if (TryTake(ref buffer, out var message, out var length))
            {
                if (length > maxLength) throw TooLong(length, maxLength);
                var bytes = message.ToArray();
                pipe.Input.AdvanceTo(buffer.Start);
                return bytes;
            }

            if (length > maxLength) throw TooLong(length, maxLength);
            pipe.Input.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted)
            {
                throw new Libp2pException(Libp2pError.ConnectionClosed, "The other end closed the connection during the Noise handshake; it may refuse us or be over a limit.");
            }
        }
    }

    private static Libp2pException TooLong(int length, int maxLength) =>
        HandshakeState.Failed($"a handshake message of {length} bytes is longer than the {maxLength} allowed");
}
