using Causeway.Libp2p.Resources;
using Causeway.Libp2p.Security;
using Causeway.Libp2p.Transports;
using Causeway.Multiformats;
using Microsoft.Extensions.Logging;

namespace Causeway.Libp2p.Connections.Dialing;

/// <summary>Opens connections: resolves and orders addresses, races attempts, remembers failures. Thread-safe.</summary>
internal sealed class Dialer : IDisposable
{
    private readonly PeerId _self;
    private readonly IReadOnlyList<ITransport> _transports;
    private readonly ConnectionUpgrader _upgrader;
    private readonly ResourceManager _resources;
    private readonly INameResolver _resolver;
    private readonly DialOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly SemaphoreSlim _slots;
    private readonly DialBackoff<PeerAddress> _addresses;
    private readonly DialBackoff<PeerId> _peers;

    public Dialer(
        PeerId self, IReadOnlyList<ITransport> transports, ConnectionUpgrader upgrader, ResourceManager resources, INameResolver resolver,
        DialOptions options, TimeProvider time, ILogger log, Func<double>? random = null)
    {
        _self = self;
        _transports = transports;
        _upgrader = upgrader;
        _resources = resources;
        _resolver = resolver;
        _options = options;
        _time = time;
        _log = log;
        _slots = new SemaphoreSlim(options.MaxParallel);
        var jitter = random ?? Random.Shared.NextDouble;
        _addresses = new DialBackoff<PeerAddress>(options.BackoffBase, options.BackoffLimit, time, jitter);
        _peers = new DialBackoff<PeerId>(options.BackoffBase, options.BackoffLimit, time, jitter);
    }

    /// <summary>Dials a peer at what is known of it. Addresses that failed lately are left out; a peer that failed lately is dialed only if one is new.</summary>
    /// <param name="peer">Whom to dial.</param>
    /// <param name="known">Where it may be.</param>
    /// <param name="directly">Whether names among them must not lead to relays.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async Task<DialedConnection> DialAsync(PeerId peer, IReadOnlyList<Multiaddress> known, bool directly, CancellationToken cancellationToken)
    {
        if (known.Count == 0) throw new Libp2pException(Libp2pError.NoAddress, $"No address of {peer} is known; connect by address, or enable discovery.");
        var usable = await UsableAsync(peer, known, directly, cancellationToken);
        var isFresh = usable.Exists(address => !_addresses.Knows(new PeerAddress(peer, address)));
        var pause = _peers.RemainingOf(peer);
        if (pause > TimeSpan.Zero && !isFresh) throw Paused(peer, pause);
        var open = usable.FindAll(address => _addresses.RemainingOf(new PeerAddress(peer, address)) == TimeSpan.Zero);
        if (open.Count == 0) throw Paused(peer, usable.Min(address => _addresses.RemainingOf(new PeerAddress(peer, address))));
        return await RaceAsync(peer, open, _options, ConnectionRole.Initiator, remembers: true, cancellationToken);
    }

    /// <summary>Dials an address that the user named, whatever failed before.</summary>
    public async Task<DialedConnection> DialAsync(PeerId? expected, Multiaddress address, CancellationToken cancellationToken) =>
        await RaceAsync(expected, await UsableAsync(expected, [address], directly: false, cancellationToken), _options, ConnectionRole.Initiator, remembers: true, cancellationToken);

    /// <summary>Dials addresses that a protocol named for this very moment: all at once, in the role that it names, whatever failed before.</summary>
    public async Task<DialedConnection> DialAsync(PeerId peer, ConnectOptions options, CancellationToken cancellationToken)
    {
        var named = options.Addresses ?? [];
        if (options.RequireDirect) named = [.. named.Where(static address => !address.IsRelayed)];

        // That they fail is to be expected, and must not keep anybody from dialing the peer as usual.
        return await RaceAsync(
            peer, await UsableAsync(peer, named, options.RequireDirect, cancellationToken), _options with { Stagger = TimeSpan.Zero }, options.Role, remembers: false, cancellationToken);
    }

    /// <summary>The peer is evidently there (it connected to us, say).</summary>
    public void Reachable(PeerId peer) => _peers.Clear(peer);

    /// <summary>Forgets old failures.</summary>
    public void Sweep()
    {
        _addresses.Sweep();
        _peers.Sweep();
    }

    public void Dispose() => _slots.Dispose();

    private static Libp2pException Paused(PeerId peer, TimeSpan pause) => new(
        Libp2pError.Backoff, $"{peer} could not be reached a moment ago; it is tried again after {Math.Ceiling(pause.TotalSeconds)} s. Connect by address to try at once.");

    private async Task<List<Multiaddress>> UsableAsync(PeerId? peer, IReadOnlyList<Multiaddress> addresses, bool directly, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_options.Timeout / 3, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var resolved = await new AddressResolution(CanDial, _resolver, peer).ResolveAsync(addresses.Take(_options.MaxAddresses), either.Token);
        cancellationToken.ThrowIfCancellationRequested();
        if (directly) resolved.RemoveAll(static address => address.IsRelayed);
        if (resolved.Count > 0) return AddressRanking.Order(resolved.Take(_options.MaxAddresses));
        throw new Libp2pException(
            Libp2pError.NoAddress,
            $"None of {peer?.ToString() ?? "the"}'s {addresses.Count} addresses fits a transport of this host, or its name does not resolve: {string.Join(", ", addresses.Take(4))}.");
    }

    private bool CanDial(Multiaddress address)
    {
        foreach (var transport in _transports)
        {
            if (transport.CanDial(address)) return true;
        }

        return false;
    }

    private async Task<DialedConnection> RaceAsync(
        PeerId? expected, List<Multiaddress> addresses, DialOptions options, ConnectionRole role, bool remembers, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_options.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var started = _time.GetTimestamp();
        try
        {
            var dialed = await HappyEyeballs.RaceAsync(
                addresses, (address, token) => AttemptAsync(expected, address, role, remembers, token), static late => late.Discard(), options, _time, either.Token);
            _peers.Clear(dialed.Upgraded.Channel.RemotePeer);
            SwarmMetrics.DialEnded(succeeded: true, addresses.Count, _time.GetElapsedTime(started));
            return dialed;
        }
        catch (Exception error)
        {
            cancellationToken.ThrowIfCancellationRequested();
            SwarmMetrics.DialEnded(succeeded: false, addresses.Count, _time.GetElapsedTime(started));
            if (remembers && expected is not null && error is not Libp2pException { Error: Libp2pError.ResourceLimit }) _peers.Failed(expected);
            if (!timeout.IsCancellationRequested) throw;

            // Attempts that the timeout cut off have failed too: silence is how a firewall refuses.
            if (remembers) addresses.ForEach(address => Silent(expected, address));
            throw new Libp2pException(
                Libp2pError.TimedOut, $"{expected?.ToString() ?? addresses[0].ToString()} could not be connected within {_options.Timeout.TotalSeconds} s.", error);
        }
    }

    private async Task<DialedConnection> AttemptAsync(PeerId? expected, Multiaddress address, ConnectionRole role, bool remembers, CancellationToken cancellationToken)
    {
        // One through a relay takes no socket of its own, and may have to dial the relay: it must not wait for itself.
        var takesSlot = !address.IsRelayed;
        if (takesSlot) await _slots.WaitAsync(cancellationToken);
        ConnectionScope? scope = null;
        try
        {
            scope = _resources.OpenConnection(Direction.Outbound);

            // A relay has to be told whom we mean.
            var target = expected is not null && address.IsRelayed ? address.WithPeerId(expected) : address;
            var raw = await TransportFor(address).DialAsync(target, cancellationToken);
            var started = _time.GetTimestamp();
            var upgraded = await _upgrader.UpgradeAsync(raw, role, expected, scope, cancellationToken);
            SwarmMetrics.HandshakeDone(upgraded, _time.GetElapsedTime(started));
            var dialed = new DialedConnection(upgraded, scope);
            Accept(dialed, address);
            if (expected is not null) _addresses.Clear(new PeerAddress(expected, address));
            return dialed;
        }
        catch (Exception error)
        {
            scope?.Dispose();
            SwarmMetrics.DialFailed(address, error);
            if (error is OperationCanceledException) throw;
            _log.AttemptFailed(address, error.Message);
            if (remembers && expected is not null && error is not Libp2pException { Error: Libp2pError.ResourceLimit }) _addresses.Failed(new PeerAddress(expected, address));
            throw;
        }
        finally
        {
            if (takesSlot) _slots.Release();
        }
    }

    private void Silent(PeerId? peer, Multiaddress address)
    {
        if (peer is not null && new PeerAddress(peer, address) is var silent && _addresses.RemainingOf(silent) == TimeSpan.Zero) _addresses.Failed(silent);
    }

    private void Accept(DialedConnection dialed, Multiaddress address)
    {
        try
        {
            var peer = dialed.Upgraded.Channel.RemotePeer;
            if (peer.Equals(_self)) throw new Libp2pException(Libp2pError.InvalidArgument, $"{address} leads to this host itself.");
            dialed.Scope.Assign(peer);
        }
        catch
        {
            dialed.Discard();
            throw;
        }
    }

    private ITransport TransportFor(Multiaddress address) => _transports.First(transport => transport.CanDial(address));

    private sealed record PeerAddress(PeerId Peer, Multiaddress Address);
}
