using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Causeway.Libp2p.Tests.Support;

/// <summary>What was logged.</summary>
internal sealed class TestLog : ILogger, ILoggerFactory
{
    private readonly ConcurrentQueue<(int Event, string Message)> _messages = [];

    /// <summary>The messages of one kind.</summary>
    public IReadOnlyList<string> Of(int eventId) => [.. _messages.Where(message => message.Event == eventId).Select(static message => message.Message)];

    /// <summary>Waits until there is one of a kind.</summary>
    public Task LoggedAsync(int eventId) => Eventually.HoldsAsync(() => Of(eventId).Count > 0);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _messages.Enqueue((eventId.Id, formatter(state, exception)));

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }
}
