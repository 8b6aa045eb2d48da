using System.Net;
using Causeway.Multiformats;
using Microsoft.Extensions.Logging;

namespace Causeway.Libp2p.Observations;

/// <summary>Log messages of observed addresses (1720–1729).</summary>
internal static partial class ObservationLog
{
    [LoggerMessage(1720, LogLevel.Debug, "{Peer} sees us at {Observed} (our end: {Local}).")]
    public static partial void Observed(this ILogger logger, PeerId peer, IPEndPoint observed, IPEndPoint local);

    [LoggerMessage(1721, LogLevel.Information, "Observed addresses announced now: {Addresses}.")]
    public static partial void ConfirmedChanged(this ILogger logger, string addresses);

    [LoggerMessage(1722, LogLevel.Information, "The NAT's mapping of our TCP listeners: {Mapping}.")]
    public static partial void MappingChanged(this ILogger logger, NatMapping mapping);
}
