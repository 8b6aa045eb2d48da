using System.Net;
using System.Net.Sockets;
using System.Text;
using Causeway.Lab.Nats;

namespace Causeway.Lab.Probing;

/// <summary>The client's side of the probes for UDP (RFC 5780 sections 4.3 and 4.4).</summary>
internal sealed class UdpProbe : IDisposable
{
    // The servers' order in ProbeServer: both ports of the first address, then those of the second.
    private const int OtherPort = 1;
    private const int OtherAddress = 3;

    private readonly List<IPEndPoint> _servers;
    private readonly TcpProbe _tcp;
    private readonly Socket _socket;

    public UdpProbe(IPAddress[] servers, TcpProbe tcp)
    {
        _servers = [.. servers.SelectMany(s => ProbeCommand.Ports.Select(p => new IPEndPoint(s, p)))];
        _tcp = tcp;
        _socket = Open();
    }

    public NatPolicy? Policy { get; private set; }

    public bool PreservesPorts { get; private set; } = true;

    public bool Hairpins { get; private set; }

    /// <summary>Measures.</summary>
    public void Measure()
    {
        if (!IsAnswered()) return;

        // Filtering first, as with TCP.
        var filtering = Passes(OtherAddress) ? NatBehavior.EndpointIndependent
            : Passes(OtherPort) ? NatBehavior.AddressDependent : NatBehavior.AddressAndPortDependent;
        var mapping = MappingOf(_socket, out var mapped);

        // A stranger who was let in is answered from where he came in, as if there were no other mapping; a new port shows what there is.
        if (mapping != NatBehavior.EndpointIndependent)
        {
            using var other = Open();
            mapping = MappingOf(other, out _);
        }

        PreservesPorts = mapped.TrueForAll(m => m.Port == ((IPEndPoint)_socket.LocalEndPoint!).Port);
        Hairpins = _tcp.IsTranslated && ReachesItself(mapped[0]);
        Policy = new NatPolicy(mapping, filtering);
    }

    public void Dispose() => _socket.Dispose();

    private Socket Open()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(_tcp.Local, 0));
        return socket;
    }

    private bool IsAnswered()
    {
        for (var round = 0; round < ProbeCommand.Rounds; round++)
        {
            _socket.SendTo("where"u8, _servers[0]);
            _tcp.RoundTrip();
            if (!_socket.Poll(0, SelectMode.SelectRead)) continue;
            while (_socket.Poll(0, SelectMode.SelectRead)) _socket.Receive(new byte[256]);
            return true;
        }

        return false;
    }

    private bool Passes(int server)
    {
        for (var round = 0; round < ProbeCommand.Rounds; round++)
        {
            Ask(_socket, _servers[0], $"from {server}", out var hasUnsolicited);
            if (hasUnsolicited) return true;
        }

        return false;
    }

    private NatBehavior MappingOf(Socket socket, out List<IPEndPoint> mapped)
    {
        mapped = _servers.ConvertAll(s => Ask(socket, s, "where", out _));
        var perAddress = mapped.Chunk(ProbeCommand.Ports.Length).ToList();
        return mapped.Distinct().Count() == 1 ? NatBehavior.EndpointIndependent
            : perAddress.TrueForAll(m => m.Distinct().Count() == 1) ? NatBehavior.AddressDependent : NatBehavior.AddressAndPortDependent;
    }

    private bool ReachesItself(IPEndPoint mapped)
    {
        using var other = Open();
        for (var round = 0; round < ProbeCommand.Rounds; round++)
        {
            other.SendTo("hairpin"u8, mapped);
            Ask(_socket, _servers[0], "where", out var hasUnsolicited);
            if (hasUnsolicited) return true;
        }

        return false;
    }

    private IPEndPoint Ask(Socket socket, IPEndPoint server, string question, out bool hasUnsolicited)
    {
        hasUnsolicited = false;
        socket.SendTo(Encoding.ASCII.GetBytes(question), server);
        var buffer = new byte[256];
        while (socket.Poll(ProbeCommand.Patience, SelectMode.SelectRead))
        {
            EndPoint from = new IPEndPoint(IPAddress.Any, 0);
            var text = Encoding.ASCII.GetString(buffer, 0, socket.ReceiveFrom(buffer, ref from));
            if (from.Equals(server)) return IPEndPoint.Parse(text["you ".Length..]);
            hasUnsolicited = true;
        }

        throw new LabException($"The probe's server does not answer at {server}/udp.");
    }
}
