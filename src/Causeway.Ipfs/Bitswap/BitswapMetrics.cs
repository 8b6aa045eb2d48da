using System.Diagnostics.Metrics;

namespace Causeway.Ipfs.Bitswap;

/// <summary>Metrics of Bitswap, with boxo's names (<c>bitswap/metrics</c>) where it has them; all exchanges of the process add up.</summary>
internal static class BitswapMetrics
{
    /// <summary>The meter's name, to subscribe to.</summary>
    public const string MeterName = "Causeway.Ipfs";

    private static readonly Meter Meter = new(MeterName);

    /// <summary>Blocks received from peers.</summary>
    public static readonly Histogram<int> Received = Meter.CreateHistogram<int>(
        "ipfs_bitswap_recv_all_blocks_bytes", "By", "Blocks received from peers, duplicates included.");

    /// <summary>Blocks that were here already.</summary>
    public static readonly Histogram<int> Duplicates = Meter.CreateHistogram<int>(
        "ipfs_bitswap_recv_dup_blocks_bytes", "By", "Blocks received that had come before.");

    /// <summary>Blocks sent to peers.</summary>
    public static readonly Histogram<int> Sent = Meter.CreateHistogram<int>("ipfs_bitswap_sent_all_blocks_bytes", "By", "Blocks sent to peers.");

    /// <summary>Time that messages take to be written.</summary>
    public static readonly Histogram<double> SendTimes = Meter.CreateHistogram<double>("ipfs_bitswap_send_times", "s", "Time that messages take to be written.");

    /// <summary>What others want of us.</summary>
    public static readonly UpDownCounter<long> PendingTasks = Meter.CreateUpDownCounter<long>("ipfs_bitswap_pending_tasks", "{want}", "Wants of peers that are kept.");

    /// <summary>What we want.</summary>
    public static readonly UpDownCounter<long> Wantlist = Meter.CreateUpDownCounter<long>("ipfs_bitswap_wantlist_total", "{want}", "Blocks that are wanted.");

    /// <summary>Peers that sent what nobody asked for.</summary>
    public static readonly Counter<long> Wrong = Meter.CreateCounter<long>(
        "causeway_bitswap_wrong_messages", "{message}", "Messages that were malformed or carried blocks that were never asked for.");
}
