using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Causeway.Ipfs;
using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.Car;
using Causeway.Ipfs.Pins;
using Causeway.Storage;

namespace Causeway.Node.Control;

/// <content>Blocks.</content>
public sealed partial class NodeControl
{
    /// <inheritdoc/>
    public async IAsyncEnumerable<CarImportReport> ImportCarAsync(string path, bool isPinned, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var store = _node.Blocks ?? throw new NodeException(NodeError.Failed, "The node keeps no blocks; start it without '--storage 0'.");
        await using var file = OpenFile(path);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);

        // Whoever watches slowly sees the newest number only.
        var progress = Channel.CreateBounded<long>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        var importing = ImportAsync(file, store, isPinned, progress.Writer, stop.Token);
        try
        {
            await foreach (var bytes in progress.Reader.ReadAllAsync(cancellationToken)) yield return new CarImportReport { Bytes = bytes };
        }
        finally
        {
            if (cancellationToken.IsCancellationRequested || !progress.Reader.Completion.IsCompleted) await stop.CancelAsync();
            await ((Task)importing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        yield return await importing;
    }

    private static FileStream OpenFile(string path)
    {
        if (!Path.IsPathFullyQualified(path)) throw new NodeException(NodeError.BadRequest, $"'{path}' is not a whole path.");
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new NodeException(NodeError.BadRequest, $"The node cannot read the file: {e.Message} Put it where the node's user may read it.", e);
        }
    }

    private async Task<CarImportReport> ImportAsync(FileStream file, IBlockStore store, bool isPinned, ChannelWriter<long> progress, CancellationToken cancellationToken)
    {
        var last = new CarImportReport { Bytes = 0 };
        try
        {
            // Until it is pinned.
            await using var hold = await store.HoldAsync(cancellationToken);
            var result = await CarImport.RunAsync(file, store, progress: new Progress(progress), cancellationToken: cancellationToken);
            last = new CarImportReport { Bytes = result.Bytes, Blocks = result.Blocks, Roots = [.. result.Roots.Select(static root => root.ToString())], Pinned = false };
            if (!isPinned || _node.Pins is not { } pins || result.Roots.Count == 0) return last;
            foreach (var root in result.Roots) await pins.AddAsync(root, PinKind.Recursive, Path.GetFileName(file.Name), cancellationToken: cancellationToken);
            return last with { Pinned = true };
        }
        catch (Exception error) when (error is IpfsException or StorageException or IOException or ArgumentException)
        {
            return last with { Problem = error.Message };
        }
        finally
        {
            progress.Complete();
        }
    }

    private sealed class Progress(ChannelWriter<long> target) : IProgress<long>
    {
        public void Report(long value) => target.TryWrite(value);
    }
}
