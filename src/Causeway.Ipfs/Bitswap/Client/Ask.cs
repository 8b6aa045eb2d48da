using Causeway.Ipfs.Bitswap.Wire;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Bitswap.Client;

/// <summary>What one peer was asked about one block.</summary>
internal sealed class Ask(Cid cid, WantType type)
{
    /// <summary>The block.</summary>
    public Cid Cid { get; } = cid;

    /// <summary>What for.</summary>
    public WantType Type { get; set; } = type;

    /// <summary>Whether the peer was told.</summary>
    public bool IsSent { get; set; }

    /// <summary>Whether nothing is expected any more: the peer has not got it, or has taken too long. It may still come.</summary>
    public bool IsAnswered { get; set; }

    /// <summary>Whether the peer owes us the block.</summary>
    public bool IsOutstanding => Type == WantType.Block && !IsAnswered;
}
