namespace Causeway.Ipfs.Http;

/// <summary>What a trustless gateway answers. To be disposed when the body was written, or nobody wants it.</summary>
public sealed class TrustlessResponse : IAsyncDisposable
{
    private readonly IAsyncDisposable? _resources;
    private readonly Func<Stream, CancellationToken, Task>? _write;

    internal TrustlessResponse(int status, IReadOnlyDictionary<string, string> headers, Func<Stream, CancellationToken, Task>? write = null, IAsyncDisposable? resources = null)
    {
        Status = status;
        Headers = headers;
        _write = write;
        _resources = resources;
    }

    /// <summary>200 or 304.</summary>
    public int Status { get; }

    /// <summary>All headers of its own.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; }

    /// <summary>The body's length in bytes; null where it is not known before.</summary>
    public long? Length { get; init; }

    /// <summary>Writes the body, which may be none.</summary>
    /// <exception cref="IpfsException">A block turned out to be missing or broken, or a limit was reached: what was written must not look whole to the client.</exception>
    /// <exception cref="TrustlessRefusal">A block is denied; likewise.</exception>
    public Task WriteAsync(Stream body, CancellationToken cancellationToken = default) => _write?.Invoke(body, cancellationToken) ?? Task.CompletedTask;

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _resources?.DisposeAsync() ?? ValueTask.CompletedTask;
}
