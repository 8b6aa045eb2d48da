using Causeway.Multiformats;
using Microsoft.Extensions.Logging;

namespace Causeway.Libp2p.Kademlia;

/// <summary>Log messages of the DHT (1900–1999).</summary>
internal static partial class KademliaLog
{
    [LoggerMessage(1900, LogLevel.Information, "The DHT {Protocol} is a {Mode} now.")]
    public static partial void ModeChanged(this ILogger logger, string protocol, string mode);

    [LoggerMessage(1901, LogLevel.Debug, "{Peer} is in the routing table.")]
    public static partial void PeerAdded(this ILogger logger, PeerId peer);

    [LoggerMessage(1902, LogLevel.Debug, "{Peer} is no longer in the routing table.")]
    public static partial void PeerRemoved(this ILogger logger, PeerId peer);

    [LoggerMessage(1903, LogLevel.Debug, "{Peer} did not answer {Request}: {Reason}")]
    public static partial void RequestFailed(this ILogger logger, PeerId peer, string request, string reason);

    [LoggerMessage(1904, LogLevel.Debug, "A request of {Peer} was refused: {Reason}")]
    public static partial void RequestRefused(this ILogger logger, PeerId peer, string reason);

    [LoggerMessage(1905, LogLevel.Debug, "A look-up ended after {Requests} requests and {Hops} hops; {Answered} peers answered.")]
    public static partial void LookupEnded(this ILogger logger, int requests, int hops, int answered);

    [LoggerMessage(1906, LogLevel.Debug, "The routing table was refreshed: {Peers} peers.")]
    public static partial void Refreshed(this ILogger logger, int peers);

    [LoggerMessage(1907, LogLevel.Warning, "Upkeep of the DHT failed; it is tried again.")]
    public static partial void UpkeepFailed(this ILogger logger, Exception error);

    [LoggerMessage(1908, LogLevel.Debug, "Given again to the closest peers: {Keys} provided keys and {Values} values.")]
    public static partial void Republished(this ILogger logger, int keys, int values);
}
