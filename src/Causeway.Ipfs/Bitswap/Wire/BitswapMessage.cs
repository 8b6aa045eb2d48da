namespace Causeway.Ipfs.Bitswap.Wire;

/// <summary>One message, as it was read (ipfs/specs, Bitswap, "Bitswap 1.2.0: Wire Format").</summary>
internal sealed class BitswapMessage
{
    /// <summary>The wantlist's lines.</summary>
    public IReadOnlyList<WantEntry> Wants { get; init; } = [];

    /// <summary>Whether they are the whole wantlist, which replaces what was there before.</summary>
    public bool IsFull { get; init; }

    /// <summary>Blocks, not verified. Their bytes belong to the message's buffer.</summary>
    public IReadOnlyList<PayloadBlock> Blocks { get; init; } = [];

    /// <summary>Which blocks the sender has and has not.</summary>
    public IReadOnlyList<BlockPresence> Presences { get; init; } = [];

    /// <summary>Bytes that the sender has still to send.</summary>
    public int PendingBytes { get; init; }

    /// <summary>Whether the message says nothing at all.</summary>
    public bool IsEmpty => Wants.Count == 0 && !IsFull && Blocks.Count == 0 && Presences.Count == 0;
}
