using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Causeway.Lab.Traffic;

/// <summary>
/// The far end of <see cref="TcpExchange"/>. For each round it reads two lengths (u64 each) and that many bytes, answers with their SHA-256, and sends as many
/// random bytes as the second length says, with their SHA-256 behind.
/// </summary>
internal static class TcpServer
{
    private const int BufferSize = 256 * 1024;

    /// <summary>Serves until it is killed.</summary>
    public static async Task<int> RunAsync(int port)
    {
        using var listener = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp) { DualMode = true };
        listener.Bind(new IPEndPoint(IPAddress.IPv6Any, port));
        listener.Listen();
        Console.WriteLine("listening");
        while (true) _ = ServeAsync(await listener.AcceptAsync());
    }

    /// <summary>Reads a number of bytes and returns their hash.</summary>
    public static async Task<byte[]> ReadAsync(Stream stream, long length)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[BufferSize];
        while (length > 0)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, length)));
            if (read == 0) throw new EndOfStreamException($"The connection ended with {length} bytes missing.");
            hash.AppendData(buffer, 0, read);
            length -= read;
        }

        return hash.GetHashAndReset();
    }

    /// <summary>Writes a number of bytes, random ones or a repeated pattern, and returns their hash.</summary>
    public static async Task<byte[]> WriteAsync(Stream stream, long length, byte[] pattern)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[BufferSize];
        for (var i = 0; i < buffer.Length && pattern.Length > 0; i++) buffer[i] = pattern[i % pattern.Length];
        while (length > 0)
        {
            var part = buffer.AsMemory(0, (int)Math.Min(buffer.Length, length));
            if (pattern.Length == 0) RandomNumberGenerator.Fill(part.Span);
            hash.AppendData(part.Span);
            await stream.WriteAsync(part);
            length -= part.Length;
        }

        return hash.GetHashAndReset();
    }

    private static async Task ServeAsync(Socket client)
    {
        client.NoDelay = true;
        await using var stream = new NetworkStream(client, ownsSocket: true);
        var lengths = new byte[16];
        try
        {
            while (await stream.ReadAtLeastAsync(lengths, lengths.Length, throwOnEndOfStream: false) == lengths.Length)
            {
                await stream.WriteAsync(await ReadAsync(stream, BinaryPrimitives.ReadInt64BigEndian(lengths)));
                await stream.WriteAsync(await WriteAsync(stream, BinaryPrimitives.ReadInt64BigEndian(lengths.AsSpan(8)), []));
            }
        }
        catch (IOException)
        {
            // The client says what is wrong.
        }
    }
}
