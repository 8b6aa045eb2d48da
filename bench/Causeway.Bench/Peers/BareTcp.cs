using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Causeway.Bench.Peers;

/// <summary>The least that an encrypted byte stream costs: one TCP connection, 64 KiB frames, ChaCha20-Poly1305, nothing else.</summary>
internal static class BareTcp
{
    private const int Frame = 65519;
    private const int Tag = 16;

    private static readonly byte[] Key = new byte[32];

    public static int Listen()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        _ = Task.Run(async () =>
        {
            while (true)
            {
                var socket = await listener.AcceptSocketAsync();
                _ = Task.Run(() => Receive(socket));
            }
        });
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public static void Send(int port, long bytes)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(IPAddress.Loopback, port);
        using var cipher = new ChaCha20Poly1305(Key);
        var plain = new byte[Frame];
        var sealedFrame = new byte[Frame + Tag];
        var nonce = new byte[12];
        var header = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(header, bytes);
        socket.Send(header);
        for (ulong counter = 0; bytes > 0; counter++)
        {
            var length = (int)Math.Min(bytes, Frame);
            BinaryPrimitives.WriteUInt64LittleEndian(nonce.AsSpan(4), counter);
            cipher.Encrypt(nonce, plain.AsSpan(0, length), sealedFrame.AsSpan(0, length), sealedFrame.AsSpan(length, Tag));
            socket.Send(sealedFrame.AsSpan(0, length + Tag));
            bytes -= length;
        }

        socket.Receive(header.AsSpan(0, 1));
    }

    /// <summary>One-byte requests and answers over bare TCP, with the asynchronous sockets that every .NET server uses, and nothing on top.</summary>
    public static async Task RoundTripsAsync(Socket socket, int count)
    {
        var buffer = new byte[1];
        for (var i = 0; i < count; i++)
        {
            await socket.SendAsync(buffer);
            await socket.ReceiveAsync(buffer);
        }
    }

    /// <summary>A connection whose other end echoes.</summary>
    public static async Task<Socket> ConnectToEchoAsync(int port)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        var mode = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(mode, -1);
        await socket.SendAsync(mode);
        return socket;
    }

    private static async Task EchoAsync(Socket socket)
    {
        var buffer = new byte[65536];
        int read;
        while ((read = await socket.ReceiveAsync(buffer)) > 0) await socket.SendAsync(buffer.AsMemory(0, read));
    }

    private static void Receive(Socket socket)
    {
        using var owned = socket;
        socket.NoDelay = true;
        using var cipher = new ChaCha20Poly1305(Key);
        var plain = new byte[Frame];
        var sealedFrame = new byte[Frame + Tag];
        var nonce = new byte[12];
        ReadExactly(socket, sealedFrame.AsSpan(0, 8));
        var left = BinaryPrimitives.ReadInt64LittleEndian(sealedFrame);
        if (left < 0)
        {
            EchoAsync(socket).GetAwaiter().GetResult();
            return;
        }

        for (ulong counter = 0; left > 0; counter++)
        {
            var length = (int)Math.Min(left, Frame);
            ReadExactly(socket, sealedFrame.AsSpan(0, length + Tag));
            BinaryPrimitives.WriteUInt64LittleEndian(nonce.AsSpan(4), counter);
            cipher.Decrypt(nonce, sealedFrame.AsSpan(0, length), sealedFrame.AsSpan(length, Tag), plain.AsSpan(0, length));
            left -= length;
        }

        socket.Send([1]);
    }

    private static void ReadExactly(Socket socket, Span<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            var read = socket.Receive(buffer);
            if (read == 0) throw new EndOfStreamException();
            buffer = buffer[read..];
        }
    }
}
