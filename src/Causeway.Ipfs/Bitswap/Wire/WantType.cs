namespace Causeway.Ipfs.Bitswap.Wire;

/// <summary>What is asked for (<c>Message.Wantlist.WantType</c>).</summary>
internal enum WantType
{
    /// <summary>The block.</summary>
    Block = 0,

    /// <summary>Whether it is there.</summary>
    Have = 1,
}
