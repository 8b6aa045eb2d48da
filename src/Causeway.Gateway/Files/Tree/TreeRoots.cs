using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using Causeway.Ipfs.GarbageCollection;
using Causeway.Ipfs.Pins;
using Causeway.Multiformats;

namespace Causeway.Gateway.Files.Tree;

/// <summary>
/// The root of every peer's tree: of pages that are here, and for some time of those that have gone. All that is below them is kept. They are remembered as pins of
/// the roots alone, so that a change costs as much in a large tree as in a small one.
/// </summary>
/// <param name="pins">Where they survive the process; null for nowhere.</param>
/// <param name="time">The clock.</param>
internal sealed class TreeRoots(IPinStore? pins, TimeProvider time) : IGcRoots
{
    // Owners of other pins have other names.
    private const string OwnerPrefix = "gateway/";
    private const string Here = "tree";
    private const string GonePrefix = "tree since ";

    private readonly ConcurrentDictionary<PeerId, Kept> _kept = new();

    /// <summary>Reads what was remembered. Pages that were here when the process ended have gone now.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken = default)
    {
        if (pins is null) return;
        var now = time.GetUtcNow();
        var latest = new Dictionary<PeerId, DateTimeOffset>();
        await foreach (var pin in pins.ListAsync(cancellationToken: cancellationToken))
        {
            if (!pin.Key.Owner.StartsWith(OwnerPrefix, StringComparison.Ordinal) || !PeerId.TryParse(pin.Key.Owner[OwnerPrefix.Length..], out var peer)) continue;

            // Both pins of a change may be there after a crash: the younger one counts.
            if (latest.TryGetValue(peer, out var other) && other > pin.CreatedAt) continue;
            latest[peer] = pin.CreatedAt;
            _kept[peer] = new Kept(RootOf(pin.Key.Root), pin.Key.Name, SinceOf(pin.Key.Name) ?? now);
        }
    }

    /// <summary>The root of a peer's tree; null for one without.</summary>
    public Cid? Find(PeerId peer) => _kept.TryGetValue(peer, out var kept) ? kept.Root : null;

    /// <summary>A page is here, or its tree has changed. Survives the process when it completes. Called by one at a time for each peer, under a hold of the blocks.</summary>
    public Task SetAsync(PeerId peer, Cid root, CancellationToken cancellationToken = default) => ReplaceAsync(peer, new Kept(root, Here, DateTimeOffset.MaxValue), cancellationToken);

    /// <summary>The page has gone.</summary>
    public Task LeaveAsync(PeerId peer)
    {
        if (!_kept.TryGetValue(peer, out var kept)) return Task.CompletedTask;
        var now = time.GetUtcNow();
        return ReplaceAsync(peer, new Kept(kept.Root, GonePrefix + now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), now), CancellationToken.None);
    }

    /// <summary>Forgets the trees of pages that have been gone for longer than <paramref name="keep"/>.</summary>
    public async Task ForgetAsync(TimeSpan keep, CancellationToken cancellationToken = default)
    {
        var limit = time.GetUtcNow() - keep;
        foreach (var (peer, kept) in _kept)
        {
            if (kept.Since >= limit || !_kept.TryRemove(new(peer, kept)) || pins is null) continue;
            await pins.RemoveAsync(kept.Root, PinKind.Direct, kept.Name, OwnerOf(peer), cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Cid> GetRootsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        foreach (var kept in _kept.Values)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return kept.Root;
        }
    }

    private async Task ReplaceAsync(PeerId peer, Kept next, CancellationToken cancellationToken)
    {
        _kept.TryGetValue(peer, out var before);
        if (before is not null && before.Root.Equals(next.Root) && before.Name == next.Name) return;

        // The new one first: between the two there are both, never none.
        if (pins is not null) await pins.AddAsync(next.Root, PinKind.Direct, next.Name, OwnerOf(peer), cancellationToken);
        _kept[peer] = next;
        if (pins is not null && before is not null) await pins.RemoveAsync(before.Root, PinKind.Direct, before.Name, OwnerOf(peer), CancellationToken.None);
    }

    private static string OwnerOf(PeerId peer) => OwnerPrefix + peer;

    // Since when a page has been gone; null for one that was here.
    private static DateTimeOffset? SinceOf(string name) =>
        name.StartsWith(GonePrefix, StringComparison.Ordinal) && long.TryParse(name.AsSpan(GonePrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;

    // Pins know version 1 only, and folders of trees are written in version 0.
    private static Cid RootOf(Cid pinned) => pinned is { Codec: Multicodec.DagPb, Hash: { Code: MultihashCode.Sha2_256, Digest.Length: 32 } } ? pinned.ToV0() : pinned;

    private sealed record Kept(Cid Root, string Name, DateTimeOffset Since);
}
