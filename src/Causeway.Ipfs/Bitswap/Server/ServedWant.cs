using Causeway.Ipfs.Bitswap.Wire;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Bitswap.Server;

/// <summary>Something that a peer wants of us.</summary>
internal sealed class ServedWant(PeerLedger ledger, Cid cid)
{
    /// <summary>Whose it is.</summary>
    public PeerLedger Ledger => ledger;

    /// <summary>The block.</summary>
    public Cid Cid => cid;

    /// <summary>The block, or whether it is here.</summary>
    public WantType Type { get; set; }

    /// <summary>Whether the peer wants to hear that it is not here.</summary>
    public bool SendDontHave { get; set; }

    /// <summary>Whether it heard that.</summary>
    public bool IsDenied { get; set; }

    /// <summary>Where the work on it stands.</summary>
    public ServedState State { get; set; }

    /// <summary>Whether it changed, or its block came, while it was being looked up.</summary>
    public bool IsStale { get; set; }

    /// <summary>What it has been queued as: an older place in the queue does not count any more.</summary>
    public long Place { get; set; }
}

/// <summary>Where the work on a want stands.</summary>
internal enum ServedState
{
    /// <summary>It waits for its turn.</summary>
    Queued,

    /// <summary>It is being looked up or sent.</summary>
    Taken,

    /// <summary>Its block is not here; it waits for it to come.</summary>
    Waiting,
}
