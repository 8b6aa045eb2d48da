using System.Diagnostics.Metrics;
using Causeway.Libp2p.Kademlia.Wire;

namespace Causeway.Libp2p.Kademlia;

/// <summary>Instruments of the DHT, named as in go-libp2p-kad-dht (<c>internal/metrics/metrics.go</c>), and the size of the routing table.</summary>
internal static class KademliaMetrics
{
    private static readonly Counter<long> InboundMessages =
        Libp2pMeter.Instance.CreateCounter<long>("rpc_inbound_messages_total", "{message}", "Messages received, by kind.");

    private static readonly Counter<long> InboundErrors =
        Libp2pMeter.Instance.CreateCounter<long>("rpc_inbound_message_errors_total", "{error}", "Messages received that could not be answered, by kind.");

    private static readonly Histogram<long> InboundBytes =
        Libp2pMeter.Instance.CreateHistogram<long>("rpc_inbound_bytes", "By", "Size of messages received, by kind.");

    private static readonly Histogram<double> InboundLatency =
        Libp2pMeter.Instance.CreateHistogram<double>("rpc_inbound_request_latency", "ms", "Time an answer took us, by kind.");

    private static readonly Counter<long> OutboundRequests =
        Libp2pMeter.Instance.CreateCounter<long>("rpc_outbound_requests_total", "{count}", "Requests sent, by kind.");

    private static readonly Counter<long> OutboundRequestErrors =
        Libp2pMeter.Instance.CreateCounter<long>("rpc_outbound_request_errors_total", "{error}", "Requests that were not answered, by kind.");

    private static readonly Counter<long> OutboundMessages =
        Libp2pMeter.Instance.CreateCounter<long>("rpc_outbound_messages_total", "{message}", "Messages without an answer sent, by kind.");

    private static readonly Counter<long> OutboundMessageErrors =
        Libp2pMeter.Instance.CreateCounter<long>("rpc_outbound_message_errors_total", "{error}", "Messages without an answer that could not be sent, by kind.");

    private static readonly Histogram<long> OutboundBytes =
        Libp2pMeter.Instance.CreateHistogram<long>("rpc_outbound_bytes", "By", "Size of requests and messages sent, by kind.");

    private static readonly Histogram<double> OutboundLatency =
        Libp2pMeter.Instance.CreateHistogram<double>("rpc_outbound_request_latency", "ms", "Time from a request to its answer, by kind.");

    private static readonly UpDownCounter<long> TableSize =
        Libp2pMeter.Instance.CreateUpDownCounter<long>("libp2p_kad_dht_routing_table_size", "{peer}", "Peers in routing tables.");

    public static void Received(KademliaMessageType type, int bytes)
    {
        InboundMessages.Add(1, KindOf(type));
        InboundBytes.Record(bytes, KindOf(type));
    }

    public static void Answered(KademliaMessageType type, TimeSpan took) => InboundLatency.Record(took.TotalMilliseconds, KindOf(type));

    public static void Refused(KademliaMessageType? type) => InboundErrors.Add(1, KindOf(type));

    public static void Requested(KademliaMessageType type, int bytes, TimeSpan took)
    {
        OutboundRequests.Add(1, KindOf(type));
        OutboundBytes.Record(bytes, KindOf(type));
        OutboundLatency.Record(took.TotalMilliseconds, KindOf(type));
    }

    public static void Sent(KademliaMessageType type, int bytes)
    {
        OutboundMessages.Add(1, KindOf(type));
        OutboundBytes.Record(bytes, KindOf(type));
    }

    public static void Failed(KademliaMessageType type)
    {
        if (type == KademliaMessageType.AddProvider)
        {
            OutboundMessages.Add(1, KindOf(type));
            OutboundMessageErrors.Add(1, KindOf(type));
        }
        else
        {
            OutboundRequests.Add(1, KindOf(type));
            OutboundRequestErrors.Add(1, KindOf(type));
        }
    }

    public static void TableChanged(int by) => TableSize.Add(by);

    private static KeyValuePair<string, object?> KindOf(KademliaMessageType? type) => new("message_type", type switch
    {
        KademliaMessageType.PutValue => "PUT_VALUE",
        KademliaMessageType.GetValue => "GET_VALUE",
        KademliaMessageType.AddProvider => "ADD_PROVIDER",
        KademliaMessageType.GetProviders => "GET_PROVIDERS",
        KademliaMessageType.FindNode => "FIND_NODE",
        KademliaMessageType.Ping => "PING",
        _ => "UNKNOWN",
    });
}
