namespace Causeway.Libp2p.PubSub.Routing;

/// <summary>The outcome of verification and validation.</summary>
internal enum Verdict
{
    /// <summary>Deliver and forward.</summary>
    Accept,

    /// <summary>The validator refused it: P4 for all who brought it.</summary>
    Reject,

    /// <summary>The validator wants it neither delivered nor punished, or had no capacity.</summary>
    Ignore,

    /// <summary>Its signature, author or sequence number is wrong: P4 for those who brought these bytes, and its ID is not spoilt for others.</summary>
    Forged,

    /// <summary>It was never looked at because the queue was full: nothing is known about it.</summary>
    Unchecked,
}
