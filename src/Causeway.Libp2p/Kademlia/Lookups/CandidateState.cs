namespace Causeway.Libp2p.Kademlia.Lookups;

/// <summary>What is known of a peer in a look-up.</summary>
internal enum CandidateState : byte
{
    /// <summary>Somebody named it.</summary>
    Heard,

    /// <summary>It was asked.</summary>
    Waiting,

    /// <summary>It answered.</summary>
    Answered,

    /// <summary>It could not be reached or gave no proper answer.</summary>
    Failed,
}
