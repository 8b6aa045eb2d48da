using System.Collections.Concurrent;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Resources;

/// <summary>
/// Bounds what peers can make us hold: connections, streams and memory, per connection, per peer and in all. One manager may serve
/// several hosts, which then share its limits. Thread-safe.
/// </summary>
public sealed class ResourceManager
{
    internal const string TransientName = "transient";

    private readonly ConcurrentDictionary<PeerId, ResourceScope> _peers = new();
    private readonly Lock _entering = new();
    private readonly ResourceScope _system;
    private readonly ResourceScope _transient;

    /// <summary>Creates a manager.</summary>
    /// <param name="options">The limits; null for the defaults.</param>
    /// <exception cref="ArgumentException">A limit is negative.</exception>
    public ResourceManager(ResourceOptions? options = null)
    {
        Options = options ?? new ResourceOptions();
        Options.Validate();
        _system = new ResourceScope("system", Options.System, parent: null);
        _transient = new ResourceScope(TransientName, Options.Transient, _system);
    }

    /// <summary>The limits.</summary>
    public ResourceOptions Options { get; }

    /// <summary>What everything together holds now.</summary>
    public ResourceUsage Usage => _system.Usage;

    /// <summary>What connections hold whose handshake is under way.</summary>
    public ResourceUsage TransientUsage => _transient.Usage;

    /// <summary>What one peer's connections hold now.</summary>
    public ResourceUsage UsageOf(PeerId peer) => _peers.TryGetValue(peer, out var scope) ? scope.Usage : default;

    /// <summary>Takes a connection whose peer is not known yet.</summary>
    /// <exception cref="Libp2pException"><see cref="Libp2pError.ResourceLimit"/>.</exception>
    internal ConnectionScope OpenConnection(Direction direction)
    {
        if (!_transient.TryAddConnection(direction, out var refusedBy)) throw Refusal("connection", direction, refusedBy);
        return new ConnectionScope(this, _transient, direction);
    }

    /// <summary>Moves a connection from the transient scope to its peer's, which comes into being with the first connection and goes with the last.</summary>
    internal bool TryEnter(PeerId peer, Direction direction, long memory, out ResourceScope scope)
    {
        lock (_entering)
        {
            scope = _peers.GetOrAdd(peer, static (_, self) => new ResourceScope("peer", self.Options.Peer, self._system), this);
            if (scope.TryAdopt(direction, memory, _transient)) return true;
            ForgetIfEmpty(peer, scope);
            return false;
        }
    }

    internal void Leave(PeerId peer, ResourceScope scope, Direction direction)
    {
        lock (_entering)
        {
            scope.RemoveConnection(direction);
            ForgetIfEmpty(peer, scope);
        }
    }

    private void ForgetIfEmpty(PeerId peer, ResourceScope scope)
    {
        if (scope.IsEmpty) _peers.TryRemove(KeyValuePair.Create(peer, scope));
    }

    internal static Libp2pException Refusal(string resource, Direction direction, string? scope) => new(
        Libp2pError.ResourceLimit,
        $"The limit of {(direction == Direction.Inbound ? "inbound" : "outbound")} {resource}s is reached ({scope} scope); close some, or raise ResourceOptions.");
}
