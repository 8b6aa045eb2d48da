using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Causeway.Lab.Probing;

/// <summary>
/// The servers of the probes. One thread does everything, and datagrams go first: whoever has an answer over TCP knows that every datagram that arrived
/// before the question has been answered.
/// </summary>
internal sealed class ProbeServer
{
    private readonly IPAddress[] _addresses;
    private readonly List<Socket> _datagrams = [];
    private readonly List<Socket> _listeners = [];
    private readonly Dictionary<Socket, Client> _clients = [];

    public ProbeServer(IPAddress[] addresses) => _addresses = addresses;

    /// <summary>Serves until it is killed.</summary>
    public int Run()
    {
        foreach (var address in _addresses)
        {
            foreach (var port in ProbeCommand.Ports) _datagrams.Add(Open(ProtocolType.Udp, address, port));
            foreach (var port in ProbeCommand.Ports.Append(ProbeCommand.WebPort)) _listeners.Add(Open(ProtocolType.Tcp, address, port));
        }

        Console.WriteLine("listening");
        while (true)
        {
            List<Socket> readable = [.. _datagrams, .. _listeners, .. _clients.Keys];
            Socket.Select(readable, null, null, -1);
            AnswerDatagrams();
            foreach (var socket in readable)
            {
                if (_listeners.Contains(socket)) Accept(socket);
                else if (_clients.TryGetValue(socket, out var client)) Answer(client);
            }
        }
    }

    /// <summary>A socket on a port of its own, not shared.</summary>
    private static Socket Open(ProtocolType protocol, IPAddress address, int port)
    {
        var socket = new Socket(address.AddressFamily, protocol == ProtocolType.Udp ? SocketType.Dgram : SocketType.Stream, protocol) { Blocking = false };
        socket.Bind(new IPEndPoint(address, port));
        if (protocol == ProtocolType.Tcp) socket.Listen();
        return socket;
    }

    private void AnswerDatagrams()
    {
        foreach (var socket in _datagrams) Answer(socket);
    }

    // "where": the sender's endpoint. "from N": a word from server N, which the sender has not asked, and behind it the same.
    private void Answer(Socket socket)
    {
        var buffer = new byte[256];
        while (socket.Poll(0, SelectMode.SelectRead))
        {
            EndPoint from = new IPEndPoint(IPAddress.Any, 0);
            var words = Encoding.ASCII.GetString(buffer, 0, socket.ReceiveFrom(buffer, ref from)).Split(' ');
            if (words is ["from", var other]) _datagrams[other[0] - '0'].SendTo("unsolicited"u8, from);
            socket.SendTo(Encoding.ASCII.GetBytes($"you {from}"), from);
        }
    }

    private void Accept(Socket listener)
    {
        var socket = listener.Accept();
        socket.NoDelay = true;
        _clients.Add(socket, new Client(socket));
    }

    // "where": the sender's endpoint. "reach N": an attempt to connect to it from address N, begun before the answer.
    private void Answer(Client client)
    {
        try
        {
            while (client.ReadLine() is { } line)
            {
                // Those that were sent before this question, which may have come while the last one was answered.
                AnswerDatagrams();
                if (line.Split(' ') is ["reach", var number]) client.BeginToReach(_addresses[number[0] - '0']);
                client.Socket.Send(Encoding.ASCII.GetBytes($"you {client.Socket.RemoteEndPoint}\n"));
            }

            if (!client.HasEnded) return;
        }
        catch (SocketException)
        {
            // It has gone.
        }

        _clients.Remove(client.Socket);
        client.Dispose();
    }

    private sealed class Client(Socket socket) : IDisposable
    {
        private readonly List<Socket> _attempts = [];
        private readonly StringBuilder _text = new();

        public Socket Socket { get; } = socket;

        public bool HasEnded { get; private set; }

        public string? ReadLine()
        {
            var buffer = new byte[256];
            while (!HasEnded && Socket.Poll(0, SelectMode.SelectRead))
            {
                var read = Socket.Receive(buffer);
                HasEnded = read == 0;
                _text.Append(Encoding.ASCII.GetString(buffer, 0, read));
            }

            var text = _text.ToString();
            var end = text.IndexOf('\n', StringComparison.Ordinal);
            if (end < 0) return null;
            _text.Remove(0, end + 1);
            return text[..end];
        }

        public void BeginToReach(IPAddress from)
        {
            var attempt = PlainTcp.Bind(from);
            _attempts.Add(attempt);
            PlainTcp.BeginToConnect(attempt, (IPEndPoint)Socket.RemoteEndPoint!);
        }

        public void Dispose()
        {
            foreach (var attempt in _attempts) attempt.Dispose();
            Socket.Dispose();
        }
    }
}
