using Causeway.Libp2p.Connections;
using Causeway.Libp2p.Connections.Dialing;
using Causeway.Libp2p.Connections.Inbound;
using Causeway.Libp2p.Connections.Managing;
using Causeway.Libp2p.Identify;
using Causeway.Libp2p.Peers;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Hosts;

/// <summary>How a host behaves. Immutable; validated when the host is built.</summary>
public sealed record HostOptions
{
    /// <summary>Where to listen. Port 0 is any free one; wildcard addresses stand for all interfaces. Default none: the host only dials.</summary>
    public IReadOnlyList<Multiaddress> ListenAddresses { get; init; } = [];

    /// <summary>Addresses to tell others besides those listened on, such as a forwarded port of a router. Default none.</summary>
    public IReadOnlyList<Multiaddress> AnnounceAddresses { get; init; } = [];

    /// <summary>Whether the addresses listened on are told to others. Default yes.</summary>
    public bool AnnounceListenAddresses { get; init; } = true;

    /// <summary>How long the other end may take to name the protocol of a stream that it opened. Default 10 seconds.</summary>
    public TimeSpan NegotiationTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Inbound streams of one connection whose protocol is being negotiated; more are reset. Default 256, at least 1.</summary>
    public int MaxNegotiationsPerConnection { get; init; } = 256;

    /// <summary>How long closing waits for stream handlers to return and for pending data to leave, before it aborts. Default 2 seconds.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Whether the ping protocol is answered. Default yes.</summary>
    public bool ServePing { get; init; } = true;

    /// <summary>How connections are opened.</summary>
    public DialOptions Dial { get; init; } = new();

    /// <summary>Limits on security and muxer negotiation.</summary>
    public UpgradeOptions Upgrade { get; init; } = new();

    /// <summary>Limits on connections that others open.</summary>
    public InboundOptions Inbound { get; init; } = new();

    /// <summary>How many connections are kept.</summary>
    public ConnectionManagerOptions Connections { get; init; } = new();

    /// <summary>Bounds of the peer store.</summary>
    public PeerStoreOptions Peers { get; init; } = new();

    /// <summary>What is told to others about this host, and when.</summary>
    public IdentifyOptions Identify { get; init; } = new();

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">One is out of range; the message names it.</exception>
    public void Validate()
    {
        if (NegotiationTimeout <= TimeSpan.Zero) throw new ArgumentException($"{nameof(NegotiationTimeout)} must be positive.");
        if (MaxNegotiationsPerConnection < 1) throw new ArgumentException($"{nameof(MaxNegotiationsPerConnection)} must be at least 1.");
        if (DrainTimeout < TimeSpan.Zero) throw new ArgumentException($"{nameof(DrainTimeout)} must not be negative.");
        if (Upgrade.HandshakeTimeout <= TimeSpan.Zero) throw new ArgumentException($"{nameof(UpgradeOptions.HandshakeTimeout)} must be positive.");
        Dial.Validate();
        Inbound.Validate();
        Connections.Validate();
        Peers.Validate();
        Identify.Validate();
    }
}
