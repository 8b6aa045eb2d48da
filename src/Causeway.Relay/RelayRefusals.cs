using System.Net;
using Microsoft.Extensions.Logging;

namespace Causeway.Relay;

/// <summary>Keeps those who are refused from filling the log: each one at the level of details, a sum once a minute for everybody to see.</summary>
internal sealed class RelayRefusals(ILogger logger, TimeProvider time)
{
    private readonly Lock _lock = new();
    private long _count;
    private long _reported = time.GetTimestamp();
    private string _reason = "";

    /// <summary>One more.</summary>
    public void Add(IPEndPoint? remote, int status, string reason)
    {
        RelayLog.ConnectionRefused(logger, remote, status, reason);
        lock (_lock) (_count, _reason) = (_count + 1, reason);
    }

    /// <summary>Says how many there were, if a minute is over.</summary>
    public void Report()
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            if (_count == 0 || time.GetElapsedTime(_reported, now) < TimeSpan.FromMinutes(1)) return;
            RelayLog.ConnectionsRefused(logger, _count, _reason);
            (_count, _reported) = (0, now);
        }
    }
}
