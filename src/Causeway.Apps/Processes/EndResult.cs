namespace Causeway.Apps.Processes;

/// <summary>What became of the wish to end an app.</summary>
public enum EndResult
{
    /// <summary>It has ended, as it was asked to.</summary>
    Ended,

    /// <summary>It had to be killed.</summary>
    Killed,

    /// <summary>It still runs.</summary>
    StillRuns,

    /// <summary>It was gone already.</summary>
    Gone,
}
