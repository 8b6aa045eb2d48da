namespace Causeway.Network.Dns;

/// <summary>A file of the system in its present version: parsed once, and again after it has changed.</summary>
/// <remarks>A file that is missing, unreadable or larger than <see cref="MaxLength"/> counts as empty.</remarks>
internal sealed class SystemFile<T>(string path, Func<string, T> parse)
    where T : class
{
    /// <summary>Bytes; tables of blocked hosts are the largest that are seen, with a few.</summary>
    public const int MaxLength = 16 * 1024 * 1024;

    private readonly Lock _lock = new();
    private (DateTime Written, long Length) _stamp;
    private T? _value;

    public T Value
    {
        get
        {
            lock (_lock)
            {
                var file = new FileInfo(path);
                var stamp = file.Exists ? (file.LastWriteTimeUtc, file.Length) : default;
                if (_value is not null && stamp == _stamp) return _value;
                _stamp = stamp;
                return _value = parse(Read(stamp.Length));
            }
        }
    }

    private string Read(long length)
    {
        try
        {
            return length is > 0 and <= MaxLength ? File.ReadAllText(path) : "";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
