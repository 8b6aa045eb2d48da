using Microsoft.Extensions.Logging;

namespace Causeway.Hosting.Logging;

/// <summary>Puts a prefix, such as <c>[peer-a] </c>, before every message.</summary>
public sealed class PrefixLogger(ILogger inner, string prefix) : ILogger
{
    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => inner.BeginScope(state);

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

    /// <inheritdoc/>
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        => inner.Log(logLevel, eventId, state, exception, (s, e) => prefix + formatter(s, e));
}
