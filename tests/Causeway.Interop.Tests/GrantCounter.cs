using Microsoft.Extensions.Logging;

namespace Causeway.Interop.Tests;

/// <summary>Counts what a relay client logs of reservations that were granted or renewed.</summary>
internal sealed class GrantCounter : ILoggerFactory, ILogger
{
    private const int RelayFound = 1810;

    private readonly SemaphoreSlim _grants = new(0);

    /// <summary>Completes when so many more have been granted.</summary>
    public async Task ReachesAsync(int count)
    {
        for (var i = 0; i < count; i++) Assert.True(await _grants.WaitAsync(JsPeer.Patience));
    }

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (eventId.Id == RelayFound) _grants.Release();
    }

    public void Dispose() => _grants.Dispose();
}
