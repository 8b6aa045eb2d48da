using Causeway.Libp2p.PubSub.Messages;

namespace Causeway.Libp2p.PubSub.Routing;

/// <summary>What became of a message ID.</summary>
internal enum DeliveryStatus
{
    /// <summary>Copies are being verified.</summary>
    Pending,

    /// <summary>Delivered.</summary>
    Valid,

    /// <summary>Refused; whoever brings it again is at fault.</summary>
    Invalid,

    /// <summary>Ignored.</summary>
    Ignored,
}

/// <summary>A seen message (the <c>deliveryRecord</c> of go-libp2p-pubsub's <c>score.go</c> and its seen cache in one).</summary>
internal sealed class DeliveryRecord
{
    /// <summary>Copies with different bytes that one ID may have in verification: a forger cannot keep the true one out.</summary>
    public const int MaxCopies = 4;

    /// <summary>What became of it.</summary>
    public DeliveryStatus Status { get; set; }

    /// <summary>When it turned out to be valid.</summary>
    public TimeSpan Validated { get; set; }

    /// <summary>Copies in verification; null when there are none.</summary>
    public List<GossipMessage>? Copies { get; set; }

    /// <summary>Mesh peers whose late copies were counted within the delivery window (P3).</summary>
    public List<RoutedPeer>? Counted { get; set; }
}
