using Causeway.Lab.Links;

namespace Causeway.Lab.Agent;

/// <summary>What the agent can do.</summary>
internal enum AgentVerb
{
    /// <summary>Begins to carry frames for a link.</summary>
    AddLink,

    /// <summary>Changes what a link does to frames.</summary>
    SetConditions,

    /// <summary>Asks for a link's conditions and what it has done so far.</summary>
    Statistics,

    /// <summary>Begins to record what a device sees.</summary>
    Capture,

    /// <summary>Completes a recording.</summary>
    EndCapture,
}

/// <summary>A request to the agent: one line of JSON.</summary>
internal sealed record AgentRequest(AgentVerb Verb)
{
    /// <summary>A link: machine and device, <c>alice/eth0</c>.</summary>
    public string? Link { get; init; }

    /// <summary>The agent's end of the pair of devices that leads to the machine.</summary>
    public string? Near { get; init; }

    /// <summary>The agent's end of the pair of devices that leads to the switch.</summary>
    public string? Far { get; init; }

    /// <summary>What the link does to frames.</summary>
    public LinkConditions? Conditions { get; init; }

    /// <summary>Where the device to record is; none: backstage.</summary>
    public string? NetworkNamespace { get; init; }

    /// <summary>The device to record.</summary>
    public string? Device { get; init; }

    /// <summary>The capture file, as the agent sees it.</summary>
    public string? Path { get; init; }

    /// <summary>A capture.</summary>
    public int Number { get; init; }
}

/// <summary>The agent's answer: one line of JSON.</summary>
internal sealed record AgentAnswer
{
    /// <summary>Why the request failed; none: it did not.</summary>
    public string? Error { get; init; }

    /// <summary>The number of a new capture.</summary>
    public int Number { get; init; }

    /// <summary>Frames that a capture has missed.</summary>
    public long Missed { get; init; }

    /// <summary>What a link does to frames.</summary>
    public LinkConditions? Conditions { get; init; }

    /// <summary>What a link has done.</summary>
    public LinkStatistics? Statistics { get; init; }
}
