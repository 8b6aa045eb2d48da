using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Tests.Pages;

/// <summary>What is written about pages that are refused.</summary>
public sealed class RefusalLogTests : ILogger, IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly List<string> _lines = [];
    private readonly RefusalLog _log;

    public RefusalLogTests() => _log = new RefusalLog(this, _time);

    [Fact]
    public void A_flood_is_the_first_refusal_and_a_number_per_minute()
    {
        for (var i = 0; i < 1000; i++) _log.Add("origin 'http://evil.example' is not allowed");
        Assert.Equal("Page refused: origin 'http://evil.example' is not allowed", Assert.Single(_lines));
        _time.Advance(RefusalLog.Period);
        Assert.Equal("Pages refused in the last minute: 999 more", _lines[^1]);
        _log.Add("again");
        Assert.Equal(2, _lines.Count);
        _time.Advance(RefusalLog.Period);
        Assert.Equal("Pages refused in the last minute: 1 more", _lines[^1]);

        // A quiet minute, and the next one is told at once.
        _time.Advance(RefusalLog.Period);
        Assert.Equal(3, _lines.Count);
        _log.Add("later");
        Assert.Equal("Page refused: later", _lines[^1]);
    }

    [Fact]
    public void A_long_reason_is_cut()
    {
        _log.Add(new string('x', 10_000));
        Assert.InRange(Assert.Single(_lines).Length, 1, 400);
    }

    public void Dispose() => _log.Dispose();

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        => _lines.Add(formatter(state, exception));
}
