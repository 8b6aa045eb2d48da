using Causeway.Libp2p.Hosts;
using Microsoft.Extensions.Logging;

namespace Causeway.Lab.Peer;

/// <summary>The host's log on standard error, where <c>LAB_LOG</c> names the least level: a failed test prints it.</summary>
internal static class PeerLogs
{
    /// <summary>Adds it.</summary>
    public static HostBuilder Logs(this HostBuilder builder) =>
        Enum.TryParse<LogLevel>(Environment.GetEnvironmentVariable("LAB_LOG"), out var level) ? builder.UseLogging(new ErrorLogs(level)) : builder;

    private sealed class ErrorLogs(LogLevel level) : ILoggerFactory, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public void Dispose()
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= level;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) Console.Error.WriteLine($"{DateTime.UtcNow:ss.fff} {eventId.Id} {formatter(state, exception)} {exception?.Message}");
        }
    }
}
