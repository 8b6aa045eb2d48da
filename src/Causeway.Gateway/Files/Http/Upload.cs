using System.IO.Pipelines;
using Causeway.Gateway.Files.Tree;
using Causeway.Gateway.Protocol;
using Causeway.Ipfs.UnixFs;
using Microsoft.AspNetCore.Http;

namespace Causeway.Gateway.Files.Http;

/// <summary>
/// A file that comes in several requests. What arrives is imported at once; a request that breaks leaves what came before it broke. Parts come one after the other.
/// </summary>
internal sealed class Upload : IDisposable
{
    // Bytes that wait for the import before whoever sends them must wait.
    private const int MaxWaiting = 2 * 1024 * 1024;

    private const int PieceLength = 64 * 1024;

    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: MaxWaiting, resumeWriterThreshold: MaxWaiting / 2, minimumSegmentSize: PieceLength, useSynchronizationContext: false));
    private readonly SemaphoreSlim _turn = new(1);
    private readonly CancellationTokenSource _ending = new();
    private readonly ITimer _timer;
    private readonly TimeSpan _timeout;
    private readonly Task<ImportedFile> _importing;
    private CancellationTokenSource? _part;
    private StoredBody? _stored;
    private IAsyncDisposable? _hold;
    private bool _isWhole;

    /// <summary>Begins.</summary>
    /// <param name="files">Where the blocks go.</param>
    /// <param name="path">Where the file will be.</param>
    /// <param name="options">Mode and time.</param>
    /// <param name="forgotten">Called when nothing came for too long.</param>
    public Upload(GatewayFiles files, string path, ImportOptions options, Action forgotten)
    {
        Path = path;
        _timeout = files.Options.UploadTimeout;
        _timer = files.Time.CreateTimer(_ => forgotten(), null, _timeout, Timeout.InfiniteTimeSpan);
        _importing = Task.Run(() => ImportAsync(files, options));
    }

    /// <summary>Where the file will be.</summary>
    public string Path { get; }

    /// <summary>Bytes that came.</summary>
    public long Offset { get; private set; }

    /// <summary>Whether the file is stored.</summary>
    public bool IsComplete => _stored is not null;

    /// <summary>Takes a part; the file, when it was the last one.</summary>
    /// <param name="body">Its bytes.</param>
    /// <param name="offset">Where they belong; must be <see cref="Offset"/>.</param>
    /// <param name="isLast">Whether nothing follows.</param>
    /// <param name="tree">Where the file goes.</param>
    /// <param name="cancellationToken">Whoever sends has gone.</param>
    /// <exception cref="HttpRefusal">It belongs elsewhere.</exception>
    public async Task<StoredBody?> AppendAsync(Stream body, long offset, bool isLast, PeerTree tree, CancellationToken cancellationToken)
    {
        using var part = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _ending.Token);
        await SupersedeAsync(part, cancellationToken);
        try
        {
            if (_ending.IsCancellationRequested) throw new HttpRefusal(StatusCodes.Status404NotFound, "there is no such upload; it was cancelled, or has waited too long");
            if (offset != Offset) throw new HttpRefusal(StatusCodes.Status409Conflict, $"the upload is at {Offset}, not at {offset}");
            if (_stored is not null) return _stored;
            await CopyAsync(body, part.Token);
            if (!isLast) return null;
            await _pipe.Writer.CompleteAsync();
            _isWhole = true;
            var file = await _importing.WaitAsync(part.Token);
            _stored = await tree.LinkAsync(Path, file);
            if (_hold is not null) await _hold.DisposeAsync();
            return _stored;
        }
        finally
        {
            _timer.Change(_timeout, Timeout.InfiniteTimeSpan);
            Interlocked.CompareExchange(ref _part, null, part);
            _turn.Release();
        }
    }

    /// <summary>Ends a part that is being taken, so that the offset stays what it is: whoever asks for it will go on there.</summary>
    public async Task SettleAsync(CancellationToken cancellationToken)
    {
        await SupersedeAsync(null, cancellationToken);
        _turn.Release();
    }

    /// <summary>Ends it; what was imported is garbage unless the file is stored.</summary>
    public void Dispose()
    {
        _timer.Dispose();
        _ending.Cancel();
        _ = ReleaseAsync();
    }

    // A request that broke may not have noticed: the one that comes after it is the one that counts.
    private async Task SupersedeAsync(CancellationTokenSource? part, CancellationToken cancellationToken)
    {
        var before = Interlocked.Exchange(ref _part, part);
        try
        {
            if (before is not null) await before.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // It has just ended by itself.
        }

        await _turn.WaitAsync(cancellationToken);
    }

    private async Task CopyAsync(Stream body, CancellationToken cancellationToken)
    {
        if (_isWhole) return;
        while (true)
        {
            _timer.Change(_timeout, Timeout.InfiniteTimeSpan);
            var count = await body.ReadAsync(_pipe.Writer.GetMemory(PieceLength), cancellationToken);
            if (count == 0) return;
            _pipe.Writer.Advance(count);
            Offset += count;

            // Nobody reads any more: the import has failed, and says why.
            if ((await _pipe.Writer.FlushAsync(cancellationToken)).IsCompleted) await _importing;
        }
    }

    private async Task<ImportedFile> ImportAsync(GatewayFiles files, ImportOptions options)
    {
        try
        {
            _hold = await files.Blocks.HoldAsync(_ending.Token);
            return await files.ImportAsync(_pipe.Reader.AsStream(), options, _ending.Token);
        }
        finally
        {
            await _pipe.Reader.CompleteAsync();
        }
    }

    private async Task ReleaseAsync()
    {
        await ((Task)_importing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        // A file that is just being put into the tree needs its blocks until it is there.
        await _turn.WaitAsync();
        try
        {
            if (_hold is not null && _stored is null) await _hold.DisposeAsync();
        }
        finally
        {
            _turn.Release();
        }
    }
}
