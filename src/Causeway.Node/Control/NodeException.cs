namespace Causeway.Node.Control;

/// <summary>What was asked of a node could not be done. The message is a sentence that says what to do next.</summary>
public sealed class NodeException(NodeError error, string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>What kind of failure it is.</summary>
    public NodeError Error { get; } = error;
}

/// <summary>Why a node did not do what it was asked.</summary>
public enum NodeError
{
    /// <summary>What was asked makes no sense.</summary>
    BadRequest,

    /// <summary>It tried, and failed.</summary>
    Failed,

    /// <summary>It looked, and found nothing.</summary>
    NotFound,

    /// <summary>No node runs there.</summary>
    NotRunning,

    /// <summary>It belongs to another user.</summary>
    NotAllowed,

    /// <summary>It is of another version, which says other things.</summary>
    OtherVersion,

    /// <summary>It ended, or hangs.</summary>
    NoAnswer,
}
