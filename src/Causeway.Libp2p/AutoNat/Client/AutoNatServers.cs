using System.Net;
using Causeway.Libp2p.Connections;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Observations;
using Causeway.Multiformats;

namespace Causeway.Libp2p.AutoNat.Client;

/// <summary>The connected peers that can be asked, and when: each once at a time, and after a failure not for a while. Not thread-safe.</summary>
internal sealed class AutoNatServers(IHost host, AutoNatOptions options, TimeProvider time)
{
    private readonly Dictionary<PeerId, Server> _servers = [];

    /// <summary>The servers of a protocol, the longest not asked first. Who is asked over a relay, or from within our own network, cannot tell.</summary>
    public IReadOnlyList<(IConnection Connection, IPAddress Network)> Speaking(string protocol)
    {
        var found = new List<(IConnection Connection, IPAddress Network)>();
        foreach (var peer in host.Connections.All.Select(static connection => connection.RemotePeer).Distinct())
        {
            if (!host.Peers.ProtocolsOf(peer).Contains(protocol)) continue;
            if (host.Connections.To(peer).FirstOrDefault(CanTell) is { } connection && connection.RemoteAddress.TryGetIPAddress(out var ip))
                found.Add((connection, NetworkOf(ip)));
        }

        return [.. found.OrderBy(server => _servers.GetValueOrDefault(server.Connection.RemotePeer)?.AskedAt)];
    }

    /// <summary>Whether a server is free to be asked.</summary>
    public bool IsFree(PeerId peer) => !_servers.TryGetValue(peer, out var server) || (!server.IsBusy && server.PausedUntil <= time.GetUtcNow());

    /// <summary>A server is being asked.</summary>
    public void Begin(PeerId peer)
    {
        if (!_servers.TryGetValue(peer, out var server)) _servers[peer] = server = new Server();
        (server.IsBusy, server.AskedAt) = (true, time.GetUtcNow());
    }

    /// <summary>It has answered, or not.</summary>
    public void End(PeerId peer, bool failed)
    {
        if (!_servers.TryGetValue(peer, out var server)) return;
        server.IsBusy = false;
        server.Failures = failed ? Math.Min(server.Failures + 1, 10) : 0;
        if (!failed) return;
        var pause = options.RetryInterval * Math.Pow(2, server.Failures - 1);
        server.PausedUntil = time.GetUtcNow() + (pause < options.RefreshInterval ? pause : options.RefreshInterval);
    }

    /// <summary>Forgets peers that are not connected any more, once their pause is over.</summary>
    public void Sweep()
    {
        var now = time.GetUtcNow();
        foreach (var (peer, server) in _servers)
        {
            if (!server.IsBusy && server.PausedUntil <= now && !host.Connections.IsConnected(peer)) _servers.Remove(peer);
        }
    }

    /// <summary>How long until a pause ends; null when there is none.</summary>
    public TimeSpan? UntilFree()
    {
        var now = time.GetUtcNow();
        return _servers.Values.Where(server => server.PausedUntil > now).Select(static server => (DateTimeOffset?)server.PausedUntil).Min() - now;
    }

    private bool CanTell(IConnection connection) => !connection.IsRelayed && (options.AllowPrivate || connection.RemoteAddress.IsPublic);

    private static IPAddress NetworkOf(IPAddress ip) => ip.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? ip : ObserverGroup.Of(ip);

    private sealed class Server
    {
        public bool IsBusy { get; set; }

        public DateTimeOffset? AskedAt { get; set; }

        public DateTimeOffset PausedUntil { get; set; }

        public int Failures { get; set; }
    }
}
