namespace Causeway.Libp2p.Tests.Kademlia.Simulation;

/// <summary>How a simulated node answers.</summary>
internal enum Behaviour
{
    /// <summary>With the closest that it knows.</summary>
    Honest,

    /// <summary>Not at all.</summary>
    Dead,

    /// <summary>With peers that do not exist.</summary>
    Rubbish,

    /// <summary>With the same few confederates, over and over.</summary>
    Loop,

    /// <summary>With itself only.</summary>
    Selfish,

    /// <summary>With the confederates closest to what is searched, to lead every search into their midst.</summary>
    Eclipse,
}
