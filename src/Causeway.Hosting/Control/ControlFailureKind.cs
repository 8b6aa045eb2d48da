namespace Causeway.Hosting.Control;

/// <summary>Kinds of <see cref="ControlFailure"/>.</summary>
public enum ControlFailureKind
{
    /// <summary>Nobody listens at the socket.</summary>
    NotRunning,

    /// <summary>The socket is another user's.</summary>
    NotAllowed,

    /// <summary>The server speaks another generation, or nothing that makes sense.</summary>
    OtherVersion,

    /// <summary>The server said no, with a reason.</summary>
    Refused,

    /// <summary>The server ended the conversation.</summary>
    Ended,

    /// <summary>The time was over.</summary>
    Silent,
}
