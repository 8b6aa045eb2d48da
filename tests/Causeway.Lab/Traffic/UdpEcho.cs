using System.Net;
using System.Net.Sockets;

namespace Causeway.Lab.Traffic;

/// <summary>Sends every datagram back to where it came from, and says on request how many there were.</summary>
internal static class UdpEcho
{
    /// <summary>Serves until it is killed; writes the count for each line of its input.</summary>
    public static int Run(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp) { DualMode = true };
        socket.ReceiveBufferSize = socket.SendBufferSize = 4 << 20;
        socket.Bind(new IPEndPoint(IPAddress.IPv6Any, port));
        var count = 0L;
        var worker = new Thread(() => Echo(socket, ref count)) { IsBackground = true };
        worker.Start();
        Console.WriteLine("listening");
        while (Console.ReadLine() is not null) Console.WriteLine($"echoed {Interlocked.Read(ref count)}");
        worker.Join();
        return 0;
    }

    private static void Echo(Socket socket, ref long count)
    {
        var buffer = new byte[65_536];
        var from = new SocketAddress(AddressFamily.InterNetworkV6);
        while (true)
        {
            var length = socket.ReceiveFrom(buffer, SocketFlags.None, from);
            socket.SendTo(buffer.AsSpan(0, length), SocketFlags.None, from);
            Interlocked.Increment(ref count);
        }
    }
}
