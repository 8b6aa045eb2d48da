using System.Net;

namespace Causeway.Libp2p.Tests.Support;

/// <summary>A router that maps and filters (RFC 4787): mappings per inside address or per destination too; inbound only where a mapping lets it.</summary>
/// <param name="address">Its public address.</param>
/// <param name="endpointIndependent">Whether all destinations see the same mapping.</param>
/// <param name="filters">Whether only those that were dialed from a mapping get in through it.</param>
internal sealed class SimulatedNat(string address, bool endpointIndependent = true, bool filters = true)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(IPEndPoint Inside, IPEndPoint? Outside), int> _mappings = [];
    private readonly Dictionary<int, IPEndPoint> _inside = [];
    private readonly HashSet<(int Port, IPEndPoint Outside)> _dialed = [];
    private int _lastPort = 10_000;

    public IPAddress Address { get; } = IPAddress.Parse(address);

    /// <summary>Maps a port for good, as a port mapping protocol does.</summary>
    public void Forward(int port, IPEndPoint inside)
    {
        lock (_lock) _inside[port] = inside;
        Forwarded.Add(port);
    }

    private HashSet<int> Forwarded { get; } = [];

    /// <summary>The source of a connection as its target sees it.</summary>
    public IPEndPoint Translate(IPEndPoint inside, IPEndPoint outside)
    {
        lock (_lock)
        {
            var key = (inside, endpointIndependent ? null : outside);
            if (!_mappings.TryGetValue(key, out var port))
            {
                _mappings[key] = port = ++_lastPort;
                _inside[port] = inside;
            }

            _dialed.Add((port, outside));
            return new IPEndPoint(Address, port);
        }
    }

    /// <summary>Where an inbound connection goes; null where it is dropped.</summary>
    public IPEndPoint? Admit(int port, IPEndPoint from)
    {
        lock (_lock) return !filters || Forwarded.Contains(port) || _dialed.Contains((port, from)) ? _inside.GetValueOrDefault(port) : null;
    }
}
