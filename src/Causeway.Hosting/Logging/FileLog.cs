using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Causeway.Hosting.Logging;

/// <summary>
/// Log lines in a file of bounded size, each with its time (UTC), level and category. A file that has grown to its limit becomes <c>NAME.1</c>, in place of the one
/// before, and a new one begins. Lines are written whole and at once; a disk that is full loses lines, and nothing else.
/// </summary>
public sealed class FileLog : ILoggerProvider
{
    private readonly Lock _lock = new();
    private readonly string _path;
    private readonly long _limit;
    private readonly TimeProvider _time;
    private FileStream? _file;
    private bool _isDisposed;

    /// <summary>Opens the file, mode 0600, to write at its end.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limit">Its size in bytes at which the next one begins.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public FileLog(string path, long limit, TimeProvider time)
    {
        (_path, _limit, _time) = (path, limit, time);
        _file = Open(path);
    }

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new Line(this, categoryName[(categoryName.LastIndexOf('.') + 1)..]);

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            _file?.Dispose();
            _file = null;
        }
    }

    private static FileStream Open(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0 };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(path, options);
    }

    private void Write(string line)
    {
        lock (_lock)
        {
            try
            {
                if (_isDisposed) return;
                _file ??= Open(_path);

                // Where the old file cannot be put away lines are lost, and the file does not grow.
                if (_file.Position >= _limit) Turn();
                _file.Write(Encoding.UTF8.GetBytes(line + "\n"));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // There is nowhere to say so. Whoever logs must not fail because of it; the next line tries again.
            }
        }
    }

    private void Turn()
    {
        _file!.Dispose();
        _file = null;
        File.Move(_path, _path + ".1", overwrite: true);
        _file = Open(_path);
    }

    private sealed class Line(FileLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var message = formatter(state, exception);
            if (exception is not null) message = logLevel >= LogLevel.Error ? $"{message}: {exception}" : $"{message}: {exception.Message}";
            var level = logLevel switch
            {
                LogLevel.Critical or LogLevel.Error => "error: ",
                LogLevel.Warning => "warning: ",
                _ => "",
            };
            log.Write(string.Create(CultureInfo.InvariantCulture, $"{log._time.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ} {level}{LogText.Printable(message)} ({category})"));
        }
    }
}
