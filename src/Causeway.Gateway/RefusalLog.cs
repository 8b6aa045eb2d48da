using Microsoft.Extensions.Logging;

namespace Causeway.Gateway;

/// <summary>
/// Tells of refused pages without letting them fill the log, since any site can make a browser try again and again: the first at once, those of the next minute
/// as a number. Thread-safe.
/// </summary>
internal sealed class RefusalLog : IDisposable
{
    /// <summary>How often there is a line at most.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    // The host and the origin stand in the reason, and the client chooses them.
    private const int MaxReasonLength = 300;

    private readonly Lock _lock = new();
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private int _untold;
    private bool _waiting;

    public RefusalLog(ILogger logger, TimeProvider time)
    {
        _logger = logger;
        _timer = time.CreateTimer(static self => ((RefusalLog)self!).Tell(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>A page was refused.</summary>
    public void Add(string reason)
    {
        lock (_lock)
        {
            if (_waiting)
            {
                _untold++;
                return;
            }

            Wait(true);
        }

        GatewayLog.PageRefused(_logger, reason.Length <= MaxReasonLength ? reason : reason[..MaxReasonLength] + "…");
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void Tell()
    {
        int count;
        lock (_lock)
        {
            count = _untold;
            _untold = 0;
            Wait(count > 0);
        }

        if (count > 0) GatewayLog.PagesRefused(_logger, count);
    }

    private void Wait(bool waiting)
    {
        _waiting = waiting;
        _timer.Change(waiting ? Period : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }
}
