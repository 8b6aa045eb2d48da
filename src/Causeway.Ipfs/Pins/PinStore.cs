using System.Runtime.CompilerServices;
using Causeway.Ipfs.GarbageCollection;
using Causeway.Ipfs.Stores;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Pins;

/// <summary>Pins in the database of the blocks.</summary>
internal sealed class PinStore(IBlockTable table, TimeProvider time) : IPinStore
{
    private const int MaxNameLength = 256;
    private const int PageLength = 256;

    public async Task<Pin> AddAsync(Cid root, PinKind kind, string name, string owner = "", CancellationToken cancellationToken = default)
    {
        var key = KeyOf(root, kind, name, owner);

        // What is found under a hold stays until the pin is there, whatever is collected meanwhile.
        await using var hold = await table.HoldAsync(cancellationToken);
        var walk = new TableWalk(table, isTouching: true);
        await walk.VisitAsync(root, kind == PinKind.Recursive, cancellationToken);
        if (walk.FirstMissing is { } missing)
        {
            throw new IpfsException(
                IpfsError.BlockNotFound, $"{root} cannot be pinned: the block {missing} is not here. Fetch the whole tree first, under a hold.");
        }

        var pin = new Pin(key, walk.Blocks, walk.Bytes, time.GetUtcNow());
        await table.AddPinAsync(pin, cancellationToken);
        return pin;
    }

    public async Task<bool> RemoveAsync(Cid root, PinKind kind, string name, string owner = "", CancellationToken cancellationToken = default) =>
        await table.RemovePinAsync(KeyOf(root, kind, name, owner), cancellationToken);

    public async IAsyncEnumerable<Pin> ListAsync(string? owner = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        PinKey? last = null;
        while (true)
        {
            var page = await table.ListPinsAsync(owner, last, PageLength, cancellationToken);
            foreach (var pin in page) yield return pin;
            if (page.Count < PageLength) yield break;
            last = page[^1].Key;
        }
    }

    public async Task<PinUsage> GetUsageAsync(string owner, CancellationToken cancellationToken = default) =>
        await table.GetPinUsageAsync(CheckName(owner, nameof(owner)), cancellationToken);

    public async Task SetQuotaAsync(string owner, long? maxBytes, CancellationToken cancellationToken = default)
    {
        if (maxBytes is { } bytes) ArgumentOutOfRangeException.ThrowIfNegative(bytes, nameof(maxBytes));
        await table.SetQuotaAsync(CheckName(owner, nameof(owner)), maxBytes, cancellationToken);
    }

    // Versions of a CID keep the same blocks, but its codec says what they link to.
    private static PinKey KeyOf(Cid root, PinKind kind, string name, string owner)
    {
        ArgumentNullException.ThrowIfNull(root);
        if (!Enum.IsDefined(kind)) throw new ArgumentOutOfRangeException(nameof(kind), kind, "Recursive or Direct.");
        return new PinKey(CheckName(owner, nameof(owner)), CheckName(name, nameof(name)), root.ToV1(), kind);
    }

    // PostgreSQL's texts cannot hold the character 0.
    private static string CheckName(string name, string parameter)
    {
        ArgumentNullException.ThrowIfNull(name, parameter);
        return name.Length <= MaxNameLength && !name.Contains('\0', StringComparison.Ordinal)
            ? name
            : throw new ArgumentException($"Up to {MaxNameLength} characters, none of them 0.", parameter);
    }
}
