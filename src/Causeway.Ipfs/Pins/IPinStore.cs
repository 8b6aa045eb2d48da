using Causeway.Multiformats;

namespace Causeway.Ipfs.Pins;

/// <summary>Pins of a store, kept with its blocks. Thread-safe.</summary>
public interface IPinStore
{
    /// <summary>
    /// Keeps a block, or a tree. All blocks must be here already, and are looked through. A pin that is there already stays as it is.
    /// </summary>
    /// <param name="root">The block at the top.</param>
    /// <param name="kind">How much is kept.</param>
    /// <param name="name">What the owner calls it; up to 256 characters.</param>
    /// <param name="owner">For whom; empty for the node itself. Up to 256 characters.</param>
    /// <param name="cancellationToken">Gives up; then there is no pin.</param>
    /// <exception cref="IpfsException">
    /// <see cref="IpfsError.BlockNotFound"/>: a block is missing, and the message names it. <see cref="IpfsError.QuotaExceeded"/>: the owner's quota does not
    /// allow for it. <see cref="IpfsError.Malformed"/>, <see cref="IpfsError.NotSupported"/>, <see cref="IpfsError.HashMismatch"/>: a block's links cannot be read.
    /// </exception>
    Task<Pin> AddAsync(Cid root, PinKind kind, string name, string owner = "", CancellationToken cancellationToken = default);

    /// <summary>Removes a pin. Its blocks go with a later garbage collection, unless something else keeps them.</summary>
    /// <returns>Whether it was there.</returns>
    Task<bool> RemoveAsync(Cid root, PinKind kind, string name, string owner = "", CancellationToken cancellationToken = default);

    /// <summary>All pins, or those of one owner, ordered by owner, name and root. Those added or removed meanwhile may be missing or not.</summary>
    IAsyncEnumerable<Pin> ListAsync(string? owner = null, CancellationToken cancellationToken = default);

    /// <summary>What the pins of an owner keep, and the owner's quota.</summary>
    Task<PinUsage> GetUsageAsync(string owner, CancellationToken cancellationToken = default);

    /// <summary>Says how much an owner's pins may keep, in bytes; null for no limit, as at first. What is pinned already stays.</summary>
    Task SetQuotaAsync(string owner, long? maxBytes, CancellationToken cancellationToken = default);
}
