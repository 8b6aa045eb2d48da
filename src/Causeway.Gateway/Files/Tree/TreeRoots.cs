using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
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
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "The semaphore is used without its wait handle and so holds nothing that must be released.")]
internal sealed class TreeRoots(IPinStore? pins, TimeProvider time) : IGcRoots
{
    // Owners of other pins have other names.
    private const string OwnerPrefix = "gateway/";
    private const string Here = "tree";
    private const string GonePrefix = "tree since ";

    private readonly ConcurrentDictionary<PeerId, Kept> _kept = new();

    // A page's leaving, and its coming back, are written in the order in which they happened.
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Reads what was remembered. Pages that were here when the process ended have gone now.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken = default)
    {
        if (pins is null) return;
        var now = time.GetUtcNow();
        var latest = new Dictionary<PeerId, Pin>();
        var outdated = new List<Pin>();
        await foreach (var pin in pins.ListAsync(cancellationToken: cancellationToken))
        {
            if (!pin.Key.Owner.StartsWith(OwnerPrefix, StringComparison.Ordinal) || !PeerId.TryParse(pin.Key.Owner[OwnerPrefix.Length..], out var peer)) continue;

            // Both pins of a change may be there after a crash: the younger one counts.
            var other = latest.GetValueOrDefault(peer);
            var isOutdated = other is not null && other.CreatedAt > pin.CreatedAt;
            if (other is not null) outdated.Add(isOutdated ? pin : other);
            if (isOutdated) continue;
            latest[peer] = pin;
            _kept[peer] = new Kept(RootOf(pin.Key.Root), pin.Key.Name, SinceOf(pin.Key.Name) ?? now, null);
        }

        foreach (var pin in outdated) await pins.RemoveAsync(pin.Key.Root, pin.Key.Kind, pin.Key.Name, pin.Key.Owner, cancellationToken);
    }

    /// <summary>The root of a peer's tree; null for one without.</summary>
    public Cid? Find(PeerId peer) => _kept.TryGetValue(peer, out var kept) ? kept.Root : null;

    /// <summary>A page is here, or its tree has changed. Survives the process when it completes. Called under a hold of the blocks.</summary>
    /// <param name="peer">Whose tree it is.</param>
    /// <param name="root">Its root.</param>
    /// <param name="visit">What the page is told from another of the same identity by.</param>
    /// <param name="cancellationToken">Gives up, before anything is changed.</param>
    public Task SetAsync(PeerId peer, Cid root, object visit, CancellationToken cancellationToken = default)
        => ReplaceAsync(peer, _ => new Kept(root, Here, DateTimeOffset.MaxValue, visit), cancellationToken);

    /// <summary>The page has gone. When it is back already, nothing happens.</summary>
    public Task LeaveAsync(PeerId peer, object visit)
    {
        var now = time.GetUtcNow();
        var name = GonePrefix + now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return ReplaceAsync(peer, before => before?.Visit == visit ? new Kept(before.Root, name, now, null) : before, CancellationToken.None);
    }

    /// <summary>Forgets the trees of pages that have been gone for longer than <paramref name="keep"/>.</summary>
    public async Task ForgetAsync(TimeSpan keep, CancellationToken cancellationToken = default)
    {
        var limit = time.GetUtcNow() - keep;
        foreach (var (peer, kept) in _kept.Where(k => k.Value.Since < limit))
        {
            await _turn.WaitAsync(cancellationToken);
            try
            {
                if (!_kept.TryRemove(new(peer, kept)) || pins is null) continue;
                await pins.RemoveAsync(kept.Root, PinKind.Direct, kept.Name, OwnerOf(peer), cancellationToken);
            }
            finally
            {
                _turn.Release();
            }
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

    private async Task ReplaceAsync(PeerId peer, Func<Kept?, Kept?> replace, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var before = _kept.GetValueOrDefault(peer);
            if (replace(before) is not { } next || next == before) return;
            var isWritten = pins is null || (before is not null && before.Root.Equals(next.Root) && before.Name == next.Name);

            // The new one first: between the two there are both, never none.
            if (!isWritten) await pins!.AddAsync(next.Root, PinKind.Direct, next.Name, OwnerOf(peer), cancellationToken);
            _kept[peer] = next;
            if (!isWritten && before is not null) await pins!.RemoveAsync(before.Root, PinKind.Direct, before.Name, OwnerOf(peer), CancellationToken.None);
        }
        finally
        {
            _turn.Release();
        }
    }

    private static string OwnerOf(PeerId peer) => OwnerPrefix + peer;

    // Since when a page has been gone; null for one that was here.
    private static DateTimeOffset? SinceOf(string name) =>
        name.StartsWith(GonePrefix, StringComparison.Ordinal) && long.TryParse(name.AsSpan(GonePrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;

    // Pins know version 1 only, and folders of trees are written in version 0.
    private static Cid RootOf(Cid pinned) => pinned is { Codec: Multicodec.DagPb, Hash: { Code: MultihashCode.Sha2_256, Digest.Length: 32 } } ? pinned.ToV0() : pinned;

    private sealed record Kept(Cid Root, string Name, DateTimeOffset Since, object? Visit);
}
