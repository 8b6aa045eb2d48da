using System.Net;
using Causeway.Tunnel.Protocol.Identity;

namespace Causeway.Tunnel.Rosters.Entries;

/// <summary>The operation body of a roster entry (tunnel protocol §5.1): one of the records nested here.</summary>
public abstract record RosterChange
{
    private RosterChange(RosterOperation operation) => Operation = operation;

    /// <summary>Which operation it is.</summary>
    public RosterOperation Operation { get; }

    /// <summary>Whom it is about; null for RELAYS.</summary>
    public abstract TunnelPeerId? Subject { get; }

    /// <summary>CREATE.</summary>
    /// <param name="NetworkName">The network's name (<see cref="RosterName"/>).</param>
    /// <param name="Subnet">Its IPv4 subnet.</param>
    /// <param name="Key">The creator's public key.</param>
    /// <param name="Name">The creator's name.</param>
    /// <param name="Address">The creator's address, 0.0.0.0 for none.</param>
    /// <param name="Relays">URLs of relays, at most 8.</param>
    public sealed record CreateNetwork(string NetworkName, RosterSubnet Subnet, RosterKey Key, string Name, IPAddress Address, IReadOnlyList<string> Relays)
        : RosterChange(RosterOperation.Create)
    {
        /// <inheritdoc/>
        public override TunnelPeerId? Subject => Key.PeerId;
    }

    /// <summary>ADD.</summary>
    /// <param name="Key">The member's public key.</param>
    /// <param name="Name">Its name.</param>
    /// <param name="Address">Its address, 0.0.0.0 for none.</param>
    /// <param name="Role">What it may do.</param>
    public sealed record AddMember(RosterKey Key, string Name, IPAddress Address, RosterRole Role) : RosterChange(RosterOperation.Add)
    {
        /// <inheritdoc/>
        public override TunnelPeerId? Subject => Key.PeerId;
    }

    /// <summary>REMOVE.</summary>
    /// <param name="Peer">Whom.</param>
    public sealed record RemoveMember(TunnelPeerId Peer) : RosterChange(RosterOperation.Remove)
    {
        /// <inheritdoc/>
        public override TunnelPeerId? Subject => Peer;
    }

    /// <summary>NAME.</summary>
    /// <param name="Peer">Whom.</param>
    /// <param name="Text">The name.</param>
    public sealed record SetName(TunnelPeerId Peer, string Text) : RosterChange(RosterOperation.Name)
    {
        /// <inheritdoc/>
        public override TunnelPeerId? Subject => Peer;
    }

    /// <summary>ADDRESS.</summary>
    /// <param name="Peer">Whom.</param>
    /// <param name="IPv4">The address, 0.0.0.0 for none.</param>
    public sealed record SetAddress(TunnelPeerId Peer, IPAddress IPv4) : RosterChange(RosterOperation.Address)
    {
        /// <inheritdoc/>
        public override TunnelPeerId? Subject => Peer;
    }

    /// <summary>ROLE.</summary>
    /// <param name="Peer">Whom.</param>
    /// <param name="Value">What it may do from now on.</param>
    public sealed record SetRole(TunnelPeerId Peer, RosterRole Value) : RosterChange(RosterOperation.Role)
    {
        /// <inheritdoc/>
        public override TunnelPeerId? Subject => Peer;
    }

    /// <summary>RELAYS.</summary>
    /// <param name="Urls">URLs of relays, at most 8.</param>
    public sealed record SetRelays(IReadOnlyList<string> Urls) : RosterChange(RosterOperation.Relays)
    {
        /// <inheritdoc/>
        public override TunnelPeerId? Subject => null;
    }
}
