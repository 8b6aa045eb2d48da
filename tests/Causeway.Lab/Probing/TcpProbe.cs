using System.Net;
using System.Net.Sockets;
using System.Text;
using Causeway.Lab.Nats;

namespace Causeway.Lab.Probing;

/// <summary>The client's side of the probes for TCP: everything from one local port, which also listens.</summary>
internal sealed class TcpProbe : IDisposable
{
    private readonly IPAddress[] _servers;
    private readonly List<Socket> _open = [];
    private readonly Socket _listener;
    private readonly Socket _control;
    private readonly IPEndPoint _local;
    private readonly IPEndPoint _mapped;

    /// <summary>Connects to the first server's port 443, which every site must reach.</summary>
    public TcpProbe(IPAddress[] servers)
    {
        _servers = servers;
        _control = Connect(PlainTcp.BindShared(new IPEndPoint(IPAddress.Any, 0)), new IPEndPoint(servers[0], ProbeCommand.WebPort));
        _local = (IPEndPoint)_control.LocalEndPoint!;
        _listener = PlainTcp.BindShared(_local);
        _open.Add(_listener);
        _listener.Listen();
        _mapped = Ask(_control, "where");
        IsTranslated = !_mapped.Address.Equals(_local.Address);
    }

    public NatPolicy Policy { get; private set; } = NatPolicy.Open;

    public bool IsTranslated { get; }

    public bool PreservesPorts { get; private set; }

    public bool Hairpins { get; private set; }

    public bool IsLimitedToWebPort { get; private set; }

    /// <summary>The machine's own address on the way to the servers.</summary>
    public IPAddress Local => _local.Address;

    /// <summary>Measures.</summary>
    public void Measure()
    {
        // Filtering first: what is not let in must not spoil a mapping (RFC 4787 section 5, and the reason in NatRuleset).
        var filtering = IsReachedFrom(1) ? NatBehavior.EndpointIndependent
            : IsReachedFrom(0) ? NatBehavior.AddressDependent : NatBehavior.AddressAndPortDependent;
        IsLimitedToWebPort = !IsConnected(IPAddress.Any, new IPEndPoint(_servers[0], ProbeCommand.Ports[0]));
        int[] ports = IsLimitedToWebPort ? [ProbeCommand.WebPort] : [ProbeCommand.WebPort, .. ProbeCommand.Ports];
        var perServer = _servers.Select(s => ports.Select(p => Mapped(s, p)).ToList()).ToList();
        var mapping = perServer.SelectMany(m => m).Distinct().Count() == 1 ? NatBehavior.EndpointIndependent
            : perServer.All(m => m.Distinct().Count() == 1) ? NatBehavior.AddressDependent : NatBehavior.AddressAndPortDependent;
        PreservesPorts = perServer.SelectMany(m => m).All(m => m.Port == _local.Port);
        Hairpins = IsTranslated && IsConnected(Local, _mapped);
        Policy = new NatPolicy(mapping, filtering);
    }

    /// <summary>A question and its answer; returns when the server has dealt with all that arrived there before the question.</summary>
    public void RoundTrip() => Ask(_control, "where");

    public void Dispose() => _open.ForEach(s => s.Dispose());

    private static IPEndPoint Ask(Socket socket, string question)
    {
        socket.Send(Encoding.ASCII.GetBytes(question + "\n"));
        var text = "";
        var buffer = new byte[256];
        while (!text.EndsWith('\n'))
        {
            var read = socket.Receive(buffer);
            if (read == 0) throw new LabException("The probe's server has closed a connection.");
            text += Encoding.ASCII.GetString(buffer, 0, read);
        }

        return IPEndPoint.Parse(text["you ".Length..].Trim());
    }

    private Socket Connect(Socket socket, IPEndPoint to)
    {
        Begin(socket, to);
        if (!PlainTcp.IsConnected(socket, ProbeCommand.Patience)) throw new LabException($"The probe's server is not reached at {to}.");
        socket.Blocking = true;
        socket.ReceiveTimeout = (int)ProbeCommand.Patience.TotalMilliseconds;
        return socket;
    }

    private void Begin(Socket socket, IPEndPoint to)
    {
        _open.Add(socket);
        PlainTcp.BeginToConnect(socket, to);
    }

    // The connection that was opened first stands for its own endpoint: a second one with the same four numbers there cannot be.
    private IPEndPoint Mapped(IPAddress server, int port)
    {
        var isControl = server.Equals(_servers[0]) && port == ProbeCommand.WebPort;
        return isControl ? _mapped : Ask(Connect(PlainTcp.BindShared(_local), new IPEndPoint(server, port)), "where");
    }

    private bool IsConnected(IPAddress from, IPEndPoint to)
    {
        var attempts = new List<Socket>();
        for (var round = 0; round < ProbeCommand.Rounds; round++)
        {
            attempts.Add(PlainTcp.Bind(from));
            Begin(attempts[^1], to);
            RoundTrip();
            if (attempts.Exists(a => PlainTcp.IsConnected(a, TimeSpan.Zero))) return true;
        }

        return false;
    }

    private bool IsReachedFrom(int server)
    {
        for (var round = 0; round < ProbeCommand.Rounds; round++)
        {
            // The SYN goes before the answer, and the answer to the next question comes behind the last packet of the handshake.
            Ask(_control, $"reach {server}");
            RoundTrip();
            if (!_listener.Poll(0, SelectMode.SelectRead)) continue;
            var reached = _listener.Accept();
            _open.Add(reached);
            if (((IPEndPoint)reached.RemoteEndPoint!).Address.Equals(_servers[server])) return true;
            throw new LabException($"The probe was reached by {reached.RemoteEndPoint}, which it does not expect.");
        }

        return false;
    }
}
