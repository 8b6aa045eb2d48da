using System.Diagnostics.Metrics;

namespace Causeway.Node.Http;

/// <summary>What trustless gateways count; all of the process add up.</summary>
internal static class GatewayMetrics
{
    /// <summary>The meter's name, to subscribe to.</summary>
    public const string MeterName = "Causeway.Node";

    private static readonly Meter Meter = new(MeterName);
    private static readonly Counter<long> Requests = Meter.CreateCounter<long>("causeway_gateway_http_requests", "{request}", "Requests under /ipfs/, by the status that was sent.");
    private static readonly Counter<long> CutOffs = Meter.CreateCounter<long>("causeway_gateway_http_cut_off", "{response}", "Archives that broke off: a block was missing, denied or late, or the limit was reached.");

    public static void Answered(int status) => Requests.Add(1, new KeyValuePair<string, object?>("status", status));

    public static void CutOff() => CutOffs.Add(1);
}
