using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Causeway.Network.Dns;

/// <summary>One question to one server over UDP (RFC 1035 §4.2.1) or TCP (§4.2.2), each from a socket of its own and so from a random port (RFC 5452 §9.2).</summary>
internal static class DnsSockets
{
    // Without EDNS0 a server sends at most 512 bytes; some send more, and a longer answer is cut off here and then malformed.
    private const int MaxDatagram = 4096;

    /// <summary>Asks over UDP; datagrams that are no answer to the question are passed over.</summary>
    /// <exception cref="SocketException">The server cannot be reached.</exception>
    /// <exception cref="FormatException">The answer is malformed.</exception>
    public static async Task<DnsMessage> AskByDatagramAsync(IPEndPoint server, DnsQuery query, CancellationToken cancellationToken)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);

        // Connected, so that the kernel passes on only what comes from the server's address and port, and tells when nobody listens there.
        await socket.ConnectAsync(server, cancellationToken);
        await socket.SendAsync(query.Encode(), cancellationToken);
        var buffer = new byte[MaxDatagram];
        while (true)
        {
            var length = await socket.ReceiveAsync(buffer, cancellationToken);
            if (query.Read(buffer.AsSpan(0, length)) is { } message) return message;
        }
    }

    /// <summary>Asks over TCP.</summary>
    /// <exception cref="SocketException">The server cannot be reached.</exception>
    /// <exception cref="IOException">The server closed the connection.</exception>
    /// <exception cref="FormatException">The answer is malformed, or answers something else.</exception>
    public static async Task<DnsMessage> AskByStreamAsync(IPEndPoint server, DnsQuery query, CancellationToken cancellationToken)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server, cancellationToken);
        await using var stream = new NetworkStream(socket);
        var question = query.Encode();
        var frame = new byte[sizeof(ushort) + question.Length];
        BinaryPrimitives.WriteUInt16BigEndian(frame, (ushort)question.Length);
        question.CopyTo(frame, sizeof(ushort));
        await stream.WriteAsync(frame, cancellationToken);

        await stream.ReadExactlyAsync(frame.AsMemory(0, sizeof(ushort)), cancellationToken);
        var answer = new byte[BinaryPrimitives.ReadUInt16BigEndian(frame)];
        await stream.ReadExactlyAsync(answer, cancellationToken);
        return query.Read(answer) ?? throw new FormatException("The DNS server answers something that was not asked.");
    }
}
