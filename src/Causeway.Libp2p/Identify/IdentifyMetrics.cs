using System.Diagnostics.Metrics;

namespace Causeway.Libp2p.Identify;

/// <summary>Instruments of Identify, named as in go-libp2p (<c>p2p/protocol/identify/metrics.go</c>).</summary>
internal static class IdentifyMetrics
{
    private static readonly Counter<long> PushesTriggered =
        Libp2pMeter.Instance.CreateCounter<long>("libp2p_identify_identify_pushes_triggered_total", description: "Pushes, by what changed.");

    private static readonly Counter<long> IdentifyTotal =
        Libp2pMeter.Instance.CreateCounter<long>("libp2p_identify_identify_total", description: "Identify exchanges, by direction.");

    private static readonly Counter<long> PushTotal =
        Libp2pMeter.Instance.CreateCounter<long>("libp2p_identify_identify_push_total", description: "Pushes exchanged, by direction.");

    private static readonly Counter<long> PushSupport =
        Libp2pMeter.Instance.CreateCounter<long>("libp2p_identify_conn_push_support_total", description: "Connections, by the other end's support of pushes.");

    private static readonly Histogram<int> ProtocolsReceived =
        Libp2pMeter.Instance.CreateHistogram<int>("libp2p_identify_protocols_received", "{protocol}", description: "Protocols in a received message.");

    private static readonly Histogram<int> AddressesReceived =
        Libp2pMeter.Instance.CreateHistogram<int>("libp2p_identify_addrs_received", "{address}", description: "Addresses in a received message.");

    public static void Triggered(string trigger) => PushesTriggered.Add(1, new KeyValuePair<string, object?>("trigger", trigger));

    public static void Sent(bool push) => (push ? PushTotal : IdentifyTotal).Add(1, new KeyValuePair<string, object?>("dir", "sent"));

    public static void Received(bool push, int protocols, int addresses)
    {
        (push ? PushTotal : IdentifyTotal).Add(1, new KeyValuePair<string, object?>("dir", "received"));
        ProtocolsReceived.Record(protocols);
        AddressesReceived.Record(addresses);
    }

    public static void Support(bool supported) =>
        PushSupport.Add(1, new KeyValuePair<string, object?>("support", supported ? "supported" : "not supported"));
}
