using Causeway.Ipfs.Bitswap.Wire;
using Causeway.Ipfs.Blocks;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Bitswap;

/// <summary>How blocks are exchanged. Immutable; derive variants with <c>with</c>. Defaults follow boxo (<c>bitswap/internal/defaults</c>) where it has them.</summary>
public sealed record BitswapOptions
{
    /// <summary>Whether others get blocks from our store. Default yes; without it this node only fetches.</summary>
    public bool ServeBlocks { get; init; } = true;

    /// <summary>Who may have which block; what is refused looks as if it were not there. Called often, from several threads at once. Null (the default) for everybody.</summary>
    public Func<PeerId, Cid, bool>? Filter { get; init; }

    /// <summary>
    /// Whether connections that a relay limits carry blocks. Default no, as in Helia and Kubo: such a relay ends the connection after 128 KiB or so. Relays without
    /// limits are always used.
    /// </summary>
    public bool AllowLimited { get; init; }

    /// <summary>Whether the roots that <see cref="BitswapSession.FetchDagAsync"/> has fetched whole are announced to the DHT. Default no.</summary>
    public bool ProvideFetchedRoots { get; init; }

    /// <summary>Wants of one peer that are kept. Default 1024 (boxo's), 1 to 65 536.</summary>
    public int MaxWantsPerPeer { get; init; } = 1024;

    /// <summary>Wants of all peers together that are kept. Default 262 144, at least <see cref="MaxWantsPerPeer"/>.</summary>
    public int MaxWants { get; init; } = 262_144;

    /// <summary>Blocks up to this size are sent in place of saying that they are here, in bytes. Default 1024 (boxo's), 0 to 64 KiB.</summary>
    public int ReplaceHaveLength { get; init; } = 1024;

    /// <summary>Bytes that are put into one message, if one block is not longer. Default 256 KiB, 1 KiB to 2 MiB. One message per peer is in memory.</summary>
    public int TargetMessageLength { get; init; } = 256 << 10;

    /// <summary>Messages that are being put together, and so reads of the store, at once. Peers take turns. Default 8, at least 1.</summary>
    public int ServeConcurrency { get; init; } = 8;

    /// <summary>How long a peer may take for a message of ours; then its stream is reset. Default 60 s.</summary>
    public TimeSpan SendTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long 16 KiB of a message, or what is left of it, may take to arrive; then its stream is reset. Default 30 s.</summary>
    public TimeSpan ReceiveTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Bytes of messages that arrive or wait to be processed, beyond one message (4 MiB at most) of each peer; what is above waits at its sender. One peer has a
    /// quarter at most. Default 128 MiB, at least 4 MiB.
    /// </summary>
    public long MaxArrivingBytes { get; init; } = 128 << 20;

    /// <summary>How long our stream to a peer stays open with nothing to say. Default 4 s: js-libp2p peers reset theirs after 5 to 10.</summary>
    public TimeSpan StreamIdleTimeout { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>Blocks asked of one peer and not come yet, at most. Default 512, 1 to 1024: servers keep 1024.</summary>
    public int MaxOutstandingBlocks { get; init; } = 512;

    /// <summary>The same in bytes, estimated from the blocks that came. Default 16 MiB, at least 1 MiB.</summary>
    public long MaxOutstandingBytes { get; init; } = 16 << 20;

    /// <summary>Peers in one session. Default 32, at least 1.</summary>
    public int MaxPeersPerSession { get; init; } = 32;

    /// <summary>How long a peer that owes blocks may send nothing; then they are asked of others. Default 10 s.</summary>
    public TimeSpan PeerTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a single block may be owed while others come; then it is asked of others. Default 30 s.</summary>
    public TimeSpan BlockTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long nobody may be known to have a block; then whoever waits for it gets <see cref="IpfsError.BlockNotFound"/>. Default 60 s.</summary>
    public TimeSpan WantTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long connected peers have before the DHT is searched for providers. Default 1 s (boxo's).</summary>
    public TimeSpan ProviderSearchDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Providers that one search asks for. Default 10 (boxo's), 0 for no search.</summary>
    public int MaxProviders { get; init; } = 10;

    /// <summary>Providers being dialed at once, and how long each may take. Default 8 and 10 s.</summary>
    public int DialConcurrency { get; init; } = 8;

    /// <summary>How long dialing a provider may take. Default 10 s.</summary>
    public TimeSpan DialTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Messages with blocks that were never asked for after which a peer is disconnected and banned. Default 3, at least 1. Sessions drop it at the first.</summary>
    public int MaxWrongMessages { get; init; } = 3;

    /// <summary>How long a ban lasts, and how long a wrong message is remembered. Default 10 minutes.</summary>
    public TimeSpan BanTime { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Blocks that one <see cref="BitswapSession.FetchDagAsync"/> asks for at once. Default 1024, at least 1.</summary>
    public int FetchConcurrency { get; init; } = 1024;

    internal void Validate()
    {
        Require(MaxWantsPerPeer is >= 1 and <= 65_536, "MaxWantsPerPeer must be between 1 and 65536.");
        Require(MaxWants >= MaxWantsPerPeer, "MaxWants must be at least MaxWantsPerPeer.");
        Require(ReplaceHaveLength is >= 0 and <= 64 << 10, "ReplaceHaveLength must be between 0 and 65536.");
        Require(TargetMessageLength is >= 1024 and <= Block.MaxLength, "TargetMessageLength must be between 1 KiB and 2 MiB.");
        Require(ServeConcurrency >= 1, "ServeConcurrency must be at least 1.");
        Require(MaxArrivingBytes >= BitswapLimits.MaxMessageLength, "MaxArrivingBytes must be at least 4 MiB.");
        Require(MaxOutstandingBlocks is >= 1 and <= 1024, "MaxOutstandingBlocks must be between 1 and 1024.");
        Require(MaxOutstandingBytes >= 1 << 20, "MaxOutstandingBytes must be at least 1 MiB.");
        Require(MaxPeersPerSession >= 1, "MaxPeersPerSession must be at least 1.");
        Require(MaxProviders >= 0, "MaxProviders must be at least 0.");
        Require(DialConcurrency >= 1, "DialConcurrency must be at least 1.");
        Require(MaxWrongMessages >= 1, "MaxWrongMessages must be at least 1.");
        Require(FetchConcurrency >= 1, "FetchConcurrency must be at least 1.");
        Positive(SendTimeout, nameof(SendTimeout));
        Positive(ReceiveTimeout, nameof(ReceiveTimeout));
        Positive(StreamIdleTimeout, nameof(StreamIdleTimeout));
        Positive(PeerTimeout, nameof(PeerTimeout));
        Positive(BlockTimeout, nameof(BlockTimeout));
        Positive(WantTimeout, nameof(WantTimeout));
        Positive(DialTimeout, nameof(DialTimeout));
        Positive(BanTime, nameof(BanTime));
        Require(ProviderSearchDelay >= TimeSpan.Zero, "ProviderSearchDelay must be at least 0.");
    }

    private static void Positive(TimeSpan value, string name) => Require(value > TimeSpan.Zero, $"{name} must be above 0.");

    private static void Require(bool condition, string message)
    {
        if (!condition) throw new ArgumentException(message);
    }
}
