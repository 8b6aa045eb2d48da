using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.Pins;
using Causeway.Ipfs.Stores;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Tests.GarbageCollection;

/// <summary>A table each of whose steps waits for its turn.</summary>
internal sealed class SteppedTable(IBlockTable inner, Stepper stepper) : IBlockTable
{
    public long NewestHold => inner.NewestHold;

    public async ValueTask<BlockEntry?[]> FindAsync(IReadOnlyList<Multihash> hashes, CancellationToken cancellationToken)
    {
        await stepper.StepAsync();
        return await inner.FindAsync(hashes, cancellationToken);
    }

    public async ValueTask<BlockEntry?[]> TouchAsync(IReadOnlyList<Multihash> hashes, CancellationToken cancellationToken)
    {
        await stepper.StepAsync();
        return await inner.TouchAsync(hashes, cancellationToken);
    }

    public async ValueTask<StoredBlock?> ReadAsync(Multihash hash, CancellationToken cancellationToken)
    {
        await stepper.StepAsync();
        return await inner.ReadAsync(hash, cancellationToken);
    }

    public async ValueTask<StoredBlock?> ReadAsync(long id, CancellationToken cancellationToken)
    {
        await stepper.StepAsync();
        return await inner.ReadAsync(id, cancellationToken);
    }

    public async ValueTask PutAsync(IReadOnlyList<Block> blocks, CancellationToken cancellationToken)
    {
        await stepper.StepAsync();
        await inner.PutAsync(blocks, cancellationToken);
    }

    public async ValueTask DeleteAsync(IReadOnlyList<Multihash> hashes, CancellationToken cancellationToken)
    {
        await stepper.StepAsync();
        await inner.DeleteAsync(hashes, cancellationToken);
    }

    public ValueTask<StoreUsage> GetUsageAsync(CancellationToken cancellationToken) => inner.GetUsageAsync(cancellationToken);

    public async ValueTask<IAsyncDisposable> HoldAsync(CancellationToken cancellationToken)
    {
        await stepper.StepAsync();
        return new SteppedEnd(await inner.HoldAsync(cancellationToken), stepper);
    }

    public async ValueTask AddPinAsync(Pin pin, CancellationToken cancellationToken)
    {
        await stepper.StepAsync();
        await inner.AddPinAsync(pin, cancellationToken);
    }

    public async ValueTask<bool> RemovePinAsync(PinKey key, CancellationToken cancellationToken)
    {
        await stepper.StepAsync();
        return await inner.RemovePinAsync(key, cancellationToken);
    }

    public async ValueTask<IReadOnlyList<Pin>> ListPinsAsync(string? owner, PinKey? after, int limit, CancellationToken cancellationToken)
    {
        await stepper.StepAsync();
        return await inner.ListPinsAsync(owner, after, limit, cancellationToken);
    }

    public ValueTask SetQuotaAsync(string owner, long? maxBytes, CancellationToken cancellationToken) => inner.SetQuotaAsync(owner, maxBytes, cancellationToken);

    public ValueTask<PinUsage> GetPinUsageAsync(string owner, CancellationToken cancellationToken) => inner.GetPinUsageAsync(owner, cancellationToken);

    public async ValueTask<ISweep?> BeginCollectionAsync(CancellationToken cancellationToken)
    {
        await stepper.StepAsync();
        return await inner.BeginCollectionAsync(cancellationToken) is { } sweep ? new SteppedSweep(sweep, stepper) : null;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed class SteppedEnd(IAsyncDisposable hold, Stepper stepper) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await stepper.StepAsync();
            await hold.DisposeAsync();
        }
    }

    private sealed class SteppedSweep(ISweep sweep, Stepper stepper) : ISweep
    {
        public async ValueTask<IReadOnlyList<Multihash>?> FindAsync(Func<long, bool> isMarked, CancellationToken cancellationToken)
        {
            await stepper.StepAsync();
            return await sweep.FindAsync(isMarked, cancellationToken);
        }

        public async ValueTask<SweptBlocks> DeleteAsync(IReadOnlyList<Multihash> hashes, CancellationToken cancellationToken)
        {
            await stepper.StepAsync();
            return await sweep.DeleteAsync(hashes, cancellationToken);
        }

        public async ValueTask DisposeAsync()
        {
            await stepper.StepAsync();
            await sweep.DisposeAsync();
        }
    }
}
