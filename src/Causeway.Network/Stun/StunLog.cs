using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Causeway.Network.Stun;

internal static partial class StunLog
{
    [LoggerMessage(6000, LogLevel.Debug, "A STUN request was not answered: {Error}")]
    public static partial void NotAnswered(ILogger logger, SocketError error);
}
