using Microsoft.Extensions.Logging;

namespace Causeway.Hosting.Logging;

/// <summary>
/// Log lines for people: message only at the usual levels, time and category added when details are wanted. Lines are written whole, one at a time; nothing is
/// buffered, so that a line is there when the process ends.
/// </summary>
public sealed class ConsoleLog(TextWriter writer, int verbosity, TimeProvider time) : ILoggerProvider
{
    private readonly Lock _lock = new();

    /// <summary>The level that a number of <c>-v</c> asks for: none → warnings, one → information, two → debug, three → trace.</summary>
    public static LogLevel LevelFor(int verbosity) => verbosity switch
    {
        <= 0 => LogLevel.Warning,
        1 => LogLevel.Information,
        2 => LogLevel.Debug,
        _ => LogLevel.Trace,
    };

    /// <summary>A factory that writes to <paramref name="writer"/>. The web server's own chatter starts one level later than ours.</summary>
    public static ILoggerFactory CreateFactory(TextWriter writer, int verbosity, TimeProvider? time = null) => LoggerFactory.Create(builder => builder
        .SetMinimumLevel(LevelFor(verbosity))
        .AddFilter("Microsoft", LevelFor(verbosity - 1))

        // It writes every request's whole address, and secrets of a site may stand in there.
        .AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning)
        .AddProvider(new ConsoleLog(writer, verbosity, time ?? TimeProvider.System)));

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new Line(this, categoryName[(categoryName.LastIndexOf('.') + 1)..]);

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private void Write(string line)
    {
        lock (_lock)
        {
            writer.WriteLine(line);
            writer.Flush();
        }
    }

    private sealed class Line(ConsoleLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var message = formatter(state, exception);
            if (exception is not null) message = log.IsDetailed ? $"{message}: {exception}" : $"{message}: {exception.Message}";
            var level = logLevel switch
            {
                LogLevel.Critical or LogLevel.Error => "error: ",
                LogLevel.Warning => "warning: ",
                _ => "",
            };
            message = LogText.Printable(message);
            log.Write(log.IsDetailed ? $"{log.Now:HH:mm:ss.fff} {level}{message} ({category})" : level + message);
        }
    }

    private bool IsDetailed => verbosity >= 2;

    private DateTimeOffset Now => time.GetLocalNow();
}
