using System.Diagnostics.Metrics;

namespace Causeway.Libp2p.Resources;

/// <summary>Instruments of the resource manager, named as in go-libp2p (<c>p2p/host/resource-manager/stats.go</c>).</summary>
internal static class ResourceMetrics
{
    public static UpDownCounter<long> Connections { get; } =
        Libp2pMeter.Instance.CreateUpDownCounter<long>("libp2p_rcmgr_connections", description: "Connections, by direction and scope.");

    public static UpDownCounter<long> Streams { get; } =
        Libp2pMeter.Instance.CreateUpDownCounter<long>("libp2p_rcmgr_streams", description: "Streams, by direction and scope.");

    public static UpDownCounter<long> Memory { get; } =
        Libp2pMeter.Instance.CreateUpDownCounter<long>("libp2p_rcmgr_memory", "By", "Bytes reserved, by scope.");

    private static readonly Counter<long> BlockedResources =
        Libp2pMeter.Instance.CreateCounter<long>("libp2p_rcmgr_blocked_resources", description: "Refusals, by direction, scope and resource.");

    public static void Change(UpDownCounter<long> gauge, int by, string scope, Direction direction)
    {
        if (gauge.Enabled)
            gauge.Add(by, new KeyValuePair<string, object?>("dir", NameOf(direction)), new KeyValuePair<string, object?>("scope", scope));
    }

    public static void Blocked(string scope, string resource, Direction? direction)
    {
        if (!BlockedResources.Enabled) return;
        BlockedResources.Add(
            1,
            new KeyValuePair<string, object?>("dir", direction is { } known ? NameOf(known) : ""),
            new KeyValuePair<string, object?>("scope", scope),
            new KeyValuePair<string, object?>("resource", resource));
    }

    private static string NameOf(Direction direction) => direction == Direction.Inbound ? "inbound" : "outbound";
}
