namespace Causeway.Relay.Members;

/// <summary>Why a connection stopped in the middle of what it has received.</summary>
internal enum ReadResult
{
    /// <summary>Everything was used.</summary>
    Done,

    /// <summary>AUTH is complete and must be verified.</summary>
    AuthReady,

    /// <summary>The queue to a destination is full.</summary>
    QueueFull,

    /// <summary>The quota is used up for now.</summary>
    OverQuota,

    /// <summary>The member says goodbye.</summary>
    Closed,
}
