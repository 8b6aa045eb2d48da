using System.Runtime.ExceptionServices;
using System.Threading.Channels;
using Causeway.Ipfs.Dag;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Bitswap;

/// <content>Whole trees.</content>
public sealed partial class BitswapSession
{
    // Links that may wait to be followed: strangers choose how many stand in a block.
    private const int MaxPending = 1 << 20;

    /// <summary>
    /// Fetches a block and all that it leads to into the store, many at once. What is there already is not asked for: call it again to go on after an interruption.
    /// </summary>
    /// <param name="root">Where to begin.</param>
    /// <param name="progress">Told after each block.</param>
    /// <param name="cancellationToken">Ends it. What came stays in the store.</param>
    /// <exception cref="IpfsException">A block cannot be found or stored, or is not what its codec asks for.</exception>
    public async Task FetchDagAsync(Cid root, IProgress<BitswapProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(root);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var finished = Channel.CreateUnbounded<(Cid Cid, ReadOnlyMemory<byte>? Data, Exception? Error)>(new UnboundedChannelOptions { SingleReader = true });

        // Last in, first out: the tree's width does not matter, only how much of it is under way.
        var pending = new Stack<Cid>([root]);
        var seen = new HashSet<Cid> { root };
        var (running, blocks, bytes) = (0, 0L, 0L);
        try
        {
            while (pending.Count > 0 || running > 0)
            {
                while (running < _exchange.Options.FetchConcurrency && pending.TryPop(out var next))
                {
                    running++;
                    _ = FetchOneAsync(next, finished.Writer, ended.Token);
                }

                var (cid, data, error) = await finished.Reader.ReadAsync(CancellationToken.None);
                running--;
                if (error is not null) ExceptionDispatchInfo.Throw(error);
                blocks++;
                bytes += data?.Length ?? 0;
                if (data is { } read && cid.Codec != Multicodec.Raw) Follow(cid, read);
                progress?.Report(Progress with { Blocks = blocks, Bytes = bytes });
            }
        }
        finally
        {
            await ended.CancelAsync();
            for (; running > 0; running--) await finished.Reader.ReadAsync(CancellationToken.None);
        }

        _exchange.OnFetched(root);

        void Follow(Cid cid, ReadOnlyMemory<byte> data)
        {
            // The first link is to be popped first.
            var children = DagLinks.Of(cid, data);
            if (children.Count > MaxPending - pending.Count)
                throw new IpfsException(IpfsError.TooLarge, $"More than {MaxPending} links below {root} wait to be followed.");
            for (var i = children.Count - 1; i >= 0; i--)
                if (seen.Add(children[i])) pending.Push(children[i]);
        }
    }

    // Blocks of raw bytes lead nowhere: where they are here they are not read.
    private async Task FetchOneAsync(
        Cid cid, ChannelWriter<(Cid Cid, ReadOnlyMemory<byte>? Data, Exception? Error)> finished, CancellationToken cancellationToken)
    {
        try
        {
            ReadOnlyMemory<byte>? data = null;
            if (cid.Codec == Multicodec.Raw) data = await EnsureAsync(cid, cancellationToken);
            else data = await GetAsync(cid, cancellationToken);
            finished.TryWrite((cid, data, null));
        }
        catch (Exception error)
        {
            finished.TryWrite((cid, null, error));
        }
    }
}
