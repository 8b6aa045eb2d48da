using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Causeway.Lab.Traffic;

/// <summary>Sends and receives over one connection to a <see cref="TcpServer"/>, round after round, and compares hashes. One byte each way per round is what an interactive session looks like. It ends after a number of rounds, or, without one (0), when its input ends.</summary>
internal static class TcpExchange
{
    private const int HashSize = 32;

    /// <summary>Runs to the end; 1 if something arrived that was not sent.</summary>
    public static async Task<int> RunAsync(IPEndPoint server, int rounds, long up, long down, byte[] pattern)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server);
        await using var stream = new NetworkStream(socket);
        var (harmed, lengths) = (0, new byte[16]);
        BinaryPrimitives.WriteInt64BigEndian(lengths, up);
        BinaryPrimitives.WriteInt64BigEndian(lengths.AsSpan(8), down);
        var end = rounds == 0 ? new InputEnd() : null;
        var round = 0;
        for (; end is null ? round < rounds : !end.HasCome; round++)
        {
            await stream.WriteAsync(lengths);
            var sent = await TcpServer.WriteAsync(stream, up, pattern);
            var there = new byte[HashSize];
            await stream.ReadExactlyAsync(there);
            var received = await TcpServer.ReadAsync(stream, down);
            var sentThere = new byte[HashSize];
            await stream.ReadExactlyAsync(sentThere);
            if (!sent.AsSpan().SequenceEqual(there) || !received.AsSpan().SequenceEqual(sentThere)) harmed++;
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"tcp rounds={round} up={up * round} down={down * round} harmed={harmed}"));
        return harmed == 0 ? 0 : 1;
    }
}
