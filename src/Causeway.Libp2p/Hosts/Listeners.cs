using Causeway.Libp2p.Connections;
using Causeway.Libp2p.Connections.Inbound;
using Causeway.Libp2p.Resources;
using Causeway.Libp2p.Security;
using Causeway.Libp2p.Transports;
using Causeway.Multiformats;
using Microsoft.Extensions.Logging;

namespace Causeway.Libp2p.Hosts;

/// <summary>A host's listeners: accepts raw connections, upgrades them within limits, and hands them to the swarm.</summary>
internal sealed class Listeners(
    IReadOnlyList<ITransport> transports, ConnectionUpgrader upgrader, ResourceManager resources, HostOptions options, TimeProvider time, ILogger log,
    Action<UpgradedConnection, ConnectionScope, InboundTicket> admit) : IAsyncDisposable
{
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(100);

    private readonly InboundGate _gate = new(options.Inbound, time);
    private readonly SemaphoreSlim _handshakes = new(options.Inbound.MaxHandshakes);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<ITransportListener> _listeners = [];
    private readonly List<Task> _loops = [];
    private readonly PunchedAddresses _punched = new();
    private bool _isDisposed;

    /// <summary>The addresses bound, wildcards as they are.</summary>
    public IReadOnlyList<Multiaddress> Bound { get; private set; } = [];

    /// <summary>Binds every address, or none.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var address in options.ListenAddresses)
        {
            var transport = transports.FirstOrDefault(transport => transport.CanListen(address))
                ?? throw new Libp2pException(Libp2pError.NoAddress, $"No transport of this host can listen on {address}; add one to the host builder.");
            _listeners.Add(await transport.ListenAsync(address, cancellationToken));
        }

        Bound = [.. _listeners.Select(static listener => listener.Address)];
        foreach (var listener in _listeners)
        {
            log.Listening(listener.Address);
            _loops.Add(AcceptAsync(listener));
        }
    }

    /// <summary>Until the result is disposed we are the initiator of connections that come in from these addresses.</summary>
    public IDisposable ExpectAsInitiator(IEnumerable<Multiaddress> addresses) => _punched.Add(addresses);

    /// <summary>Forgets quiet sources.</summary>
    public void Sweep() => _gate.Sweep();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (_isDisposed) return;
        _isDisposed = true;
        foreach (var listener in _listeners) await listener.DisposeAsync();
        await Task.WhenAll(_loops);

        // Handshakes under way have been cancelled; whoever holds all places knows that none is left.
        for (var i = 0; i < options.Inbound.MaxHandshakes; i++) await _handshakes.WaitAsync();
    }

    private async Task AcceptAsync(ITransportListener listener)
    {
        await Task.Yield();
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                if (await listener.AcceptAsync(_stop.Token) is not { } raw) return;
                if (!_gate.TryEnter(raw.RemoteAddress, out var ticket))
                {
                    log.InboundRefused(raw.RemoteAddress);
                    raw.Abort();
                    continue;
                }

                // When every place is taken the backlog waits: handshakes have a time limit, so a place comes free.
                if (!_handshakes.Wait(0, CancellationToken.None)) await WaitForPlaceAsync(raw, ticket);
                _ = Task.Run(() => UpgradeAsync(raw, ticket), CancellationToken.None);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception error)
            {
                log.AcceptFailed(listener.Address, error);
                await Task.Delay(PauseAfterFailure, time, CancellationToken.None);
            }
        }
    }

    private async Task WaitForPlaceAsync(TransportConnection raw, InboundTicket ticket)
    {
        try
        {
            await _handshakes.WaitAsync(_stop.Token);
        }
        catch (OperationCanceledException)
        {
            raw.Abort();
            ticket.EndHandshake();
            ticket.Release();
            throw;
        }
    }

    private async Task UpgradeAsync(TransportConnection raw, InboundTicket ticket)
    {
        ConnectionScope? scope = null;
        try
        {
            scope = resources.OpenConnection(Direction.Inbound);
            var started = time.GetTimestamp();
            var role = _punched.Contains(raw.RemoteAddress) ? ConnectionRole.Initiator : ConnectionRole.Responder;
            var upgraded = await upgrader.UpgradeAsync(raw, role, expectedPeer: null, scope, _stop.Token);
            SwarmMetrics.HandshakeDone(upgraded, time.GetElapsedTime(started));
            Admit(upgraded, scope, ticket);
        }
        catch (Exception error)
        {
            if (error is not OperationCanceledException) log.InboundFailed(raw.RemoteAddress, error.Message);
            raw.Abort();
            scope?.Dispose();
            ticket.Release();
        }
        finally
        {
            ticket.EndHandshake();
            _handshakes.Release();
        }
    }

    private void Admit(UpgradedConnection upgraded, ConnectionScope scope, InboundTicket ticket)
    {
        try
        {
            scope.Assign(upgraded.Channel.RemotePeer);
            admit(upgraded, scope, ticket);
        }
        catch (Exception refused)
        {
            upgraded.Muxer.Abort(refused);
            throw;
        }
    }
}
