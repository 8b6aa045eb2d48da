using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Causeway.Lab.Traffic;

/// <summary>
/// Sends numbered datagrams to a <see cref="UdpEcho"/> and counts what comes back. No more than a window of them is on the way, so that no queue overflows and
/// every loss is one of the network's. It ends after a count, or when its input ends.
/// </summary>
internal sealed class UdpExchange(IPEndPoint server, int count, int smallest, int largest, int window)
{
    // What is not back by then is lost. A round trip takes milliseconds.
    private const int SilenceMilliseconds = 10_000;

    // A hash over number and payload, and the number. Shorter datagrams are compared with the one that is expected.
    private const int HeaderSize = 8 + HashSize;
    private const int HashSize = 16;

    private readonly InputEnd? _end = count == 0 ? new InputEnd() : null;
    private readonly HashSet<long> _onTheWay = [];
    private readonly byte[] _buffer = new byte[65_536];
    private long _sent;
    private long _received;
    private long _highest = -1;
    private long _harmed;
    private long _twice;
    private long _reordered;

    /// <summary>Runs to the end; 1 if a datagram was lost, harmed or doubled.</summary>
    public int Run()
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = SilenceMilliseconds };
        socket.ReceiveBufferSize = socket.SendBufferSize = 4 << 20;
        socket.Connect(server);
        while (MayGoOn() || _onTheWay.Count > 0)
        {
            while (MayGoOn() && _onTheWay.Count < window) Send(socket);
            if (!Receive(socket)) break;
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"udp sent={_sent} received={_received} lost={_onTheWay.Count} twice={_twice} reordered={_reordered} harmed={_harmed}"));
        return _onTheWay.Count + _twice + _harmed == 0 ? 0 : 1;
    }

    private bool MayGoOn() => _end is null ? _sent < count : !_end.HasCome;

    private void Send(Socket socket)
    {
        // Sizes go round, so that every one occurs if there are enough datagrams.
        var size = smallest + (int)(_sent % (largest - smallest + 1));
        var datagram = _buffer.AsSpan(0, Math.Max(size, HeaderSize));
        Fill(_sent, datagram);
        _onTheWay.Add(_sent++);
        socket.Send(datagram[..size]);
    }

    private bool Receive(Socket socket)
    {
        int length;
        try
        {
            length = socket.Receive(_buffer);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock)
        {
            return false;
        }

        _received++;
        if (length < HeaderSize) TakeShort(_buffer.AsSpan(0, length));
        else TakeNumbered(_buffer.AsSpan(0, length));
        return true;
    }

    // A short one carries no number. With a window of 1, which is what they are sent with, it can only be the one that is on the way.
    private void TakeShort(ReadOnlySpan<byte> datagram)
    {
        var number = _onTheWay.Min();
        Span<byte> expected = stackalloc byte[HeaderSize];
        Fill(number, expected);
        if (smallest + (number % (largest - smallest + 1)) == datagram.Length && expected[..datagram.Length].SequenceEqual(datagram)) _onTheWay.Remove(number);
        else _harmed++;
    }

    private void TakeNumbered(ReadOnlySpan<byte> datagram)
    {
        var number = BinaryPrimitives.ReadInt64BigEndian(datagram[HashSize..]);
        if (!datagram[..HashSize].SequenceEqual(Hash(number, datagram[HeaderSize..])))
        {
            _harmed++;
            return;
        }

        if (!_onTheWay.Remove(number)) _twice++;
        if (number < _highest) _reordered++;
        _highest = Math.Max(_highest, number);
    }

    private static void Fill(long number, Span<byte> datagram)
    {
        BinaryPrimitives.WriteInt64BigEndian(datagram[HashSize..], number);
        RandomNumberGenerator.Fill(datagram[HeaderSize..]);
        Hash(number, datagram[HeaderSize..]).CopyTo(datagram);
    }

    private static byte[] Hash(long number, ReadOnlySpan<byte> payload)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> prefix = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(prefix, number);
        hash.AppendData(prefix);
        hash.AppendData(payload);
        return hash.GetHashAndReset()[..HashSize];
    }
}
