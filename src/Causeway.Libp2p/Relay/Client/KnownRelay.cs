using Causeway.Multiformats;

namespace Causeway.Libp2p.Relay.Client;

/// <summary>What the plan knows of a relay. Guarded by the plan's owner.</summary>
internal sealed class KnownRelay(PeerId peer)
{
    public PeerId Peer => peer;

    public RelayKind Kind { get; set; }

    /// <summary>A request is under way.</summary>
    public bool IsAsked { get; set; }

    /// <summary>The end of the reservation; null where there is none.</summary>
    public DateTimeOffset? Expires { get; set; }

    /// <summary>When to ask (again): for a renewal, or after a failure.</summary>
    public DateTimeOffset NextAsk { get; set; } = DateTimeOffset.MinValue;

    public int Failures { get; set; }

    /// <summary>The relayed addresses that the reservation gives us.</summary>
    public IReadOnlyList<Multiaddress> Addresses { get; set; } = [];

    public bool IsHeld => Expires is not null;
}
