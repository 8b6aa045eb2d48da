using Causeway.Tunnel.Daemon.Frames;
using Causeway.Tunnel.Daemon.Routing;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Protocol.Peers;
using Causeway.Tunnel.Rosters;
using Causeway.Tunnel.Switching;

namespace Causeway.Tunnel.Daemon.Members;

/// <summary>Another member of the network: its place at the switch, its way, what went through.</summary>
internal sealed class Member(TunnelPeerId id, PeerRoute route)
{
    private volatile RosterMember? _entry;
    private volatile SwitchPort<Member>? _port;
    private volatile PeerSession? _session;

    public TunnelPeerId Id => id;

    public PeerRoute Route => route;

    public TrafficCounters Traffic { get; } = new();

    /// <summary>What the roster says of it.</summary>
    public RosterMember? Entry
    {
        get => _entry;
        set => _entry = value;
    }

    /// <summary>Its place at the switch; null if its address cannot have one.</summary>
    public SwitchPort<Member>? Port
    {
        get => _port;
        set => _port = value;
    }

    /// <summary>The session with it.</summary>
    public PeerSession? Session
    {
        get => _session;
        set => _session = value;
    }
}
