using System.Net.Sockets;
using Causeway.Multiformats;
using Microsoft.Extensions.Logging;

namespace Causeway.Libp2p.Discovery.Mdns;

internal static partial class MdnsLog
{
    [LoggerMessage(1600, LogLevel.Warning, "Multicast DNS is not available over {Family}: {Error}. Peers of the local network are not found that way.")]
    public static partial void MulticastUnavailable(this ILogger logger, AddressFamily family, SocketError error);

    [LoggerMessage(1601, LogLevel.Debug, "Multicast DNS could not join on interface {Index}: {Error}")]
    public static partial void MulticastJoinFailed(this ILogger logger, int index, SocketError error);

    [LoggerMessage(1602, LogLevel.Debug, "Multicast DNS could not send on interface {Index}: {Error}")]
    public static partial void MulticastSendFailed(this ILogger logger, int index, SocketError error);

    [LoggerMessage(1603, LogLevel.Debug, "Found {Peer} by multicast DNS")]
    public static partial void PeerFound(this ILogger logger, PeerId peer);

    [LoggerMessage(1604, LogLevel.Debug, "More peers are announced by multicast DNS than the {Limit} that are remembered; {Peer} is ignored")]
    public static partial void TooManyPeers(this ILogger logger, int limit, PeerId peer);

    [LoggerMessage(1605, LogLevel.Error, "A multicast DNS message could not be sent")]
    public static partial void SendFailed(this ILogger logger, Exception error);

    [LoggerMessage(1606, LogLevel.Error, "A host could not be told of {Peer}, found by multicast DNS")]
    public static partial void TellFailed(this ILogger logger, PeerId peer, Exception error);

    [LoggerMessage(1607, LogLevel.Warning, "Multicast DNS could not look at the network interfaces after a change")]
    public static partial void InterfacesUnknown(this ILogger logger, Exception error);
}
