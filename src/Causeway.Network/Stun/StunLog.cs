using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Causeway.Network.Stun;

internal static partial class StunLog
{
    [LoggerMessage(6000, LogLevel.Debug, "A STUN request was not answered: {Error}")]
    public static partial void NotAnswered(ILogger logger, SocketError error);

    [LoggerMessage(6001, LogLevel.Warning, "Receiving STUN requests on {EndPoint} failed ({Error}); it is tried again, ever more rarely until it works")]
    public static partial void NotReceived(ILogger logger, EndPoint? endPoint, SocketError error);
}
