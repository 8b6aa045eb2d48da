namespace Causeway.Libp2p.Hosts;

/// <content>Starting, upkeep and stopping.</content>
internal sealed partial class Host
{
    // Pruning looks at a grace period of 20 s, back-off and the gate at minutes: more often is of no use.
    private static readonly TimeSpan UpkeepInterval = TimeSpan.FromSeconds(10);

    private readonly Lock _lifetime = new();
    private readonly List<IHostComponent> _components = [];
    private readonly CancellationTokenSource _abandonStart = new();
    private Task _starting = Task.CompletedTask;
    private ITimer? _upkeep;
    private IDisposable? _interfaceWatch;
    private Task? _stopping;
    private bool _started;
    private volatile bool _isListening;

    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        lock (_lifetime)
        {
            ObjectDisposedException.ThrowIf(_stopping is not null, this);
            if (_started) throw new InvalidOperationException("The host was started already.");
            _started = true;
            _starting = Task.Run(() => StartPartsAsync(cancellationToken), CancellationToken.None);
        }

        try
        {
            await _starting;
        }
        catch
        {
            var isAbandoned = _abandonStart.IsCancellationRequested;
            await DisposeAsync();
            ObjectDisposedException.ThrowIf(isAbandoned, this);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task stopping;
        lock (_lifetime) stopping = _stopping ??= Stop();
        await stopping;
    }

    private async Task StartPartsAsync(CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _abandonStart.Token);
        if (_memory is not null) await _memory.StartAsync(either.Token);
        ThrowIfAbandoned();
        await _listeners.StartAsync(either.Token);
        _isListening = true;
        if (_listeners.Bound.Any(static address => address.IsUnspecified)) _interfaceWatch = InterfaceWatch.Shared.Subscribe(LookAtInterfaces);
        foreach (var transport in _transports.OfType<IHostComponent>()) await StartAsync(transport, either.Token);
        foreach (var create in _services.Components) await StartAsync(create(this), either.Token);

        ThrowIfAbandoned();
        _upkeep = _services.Time.CreateTimer(static self => ((Host)self!).Upkeep(), this, UpkeepInterval, UpkeepInterval);
        _log.Started(Id);
        if (_listeners.Bound.Count > 0) _events.Post(new HostEvent.AddressesChanged());
    }

    private async Task StartAsync(IHostComponent component, CancellationToken cancellationToken)
    {
        lock (_components) _components.Add(component);
        ThrowIfAbandoned();
        await component.StartAsync(cancellationToken);
    }

    private void ThrowIfAbandoned() => ObjectDisposedException.ThrowIf(_abandonStart.IsCancellationRequested, this);

    private void ThrowUnlessRunning()
    {
        if (_started && _stopping is null) return;
        ObjectDisposedException.ThrowIf(_stopping is not null, this);
        throw new InvalidOperationException("Start the host first.");
    }

    private Task Stop()
    {
        // A start under way sees this at once, and its token a little later.
        var abandoned = _abandonStart.CancelAsync();
        return Task.Run(() => StopAsync(abandoned));
    }

    private async Task StopAsync(Task abandoned)
    {
        // What a start under way has made must be there to be taken down.
        await abandoned;
        await _starting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_upkeep is not null) await _upkeep.DisposeAsync();
        _interfaceWatch?.Dispose();
        for (var i = _components.Count - 1; i >= 0; i--)
        {
            try
            {
                await _components[i].DisposeAsync();
            }
            catch (Exception error)
            {
                _log.ComponentFailed(_components[i].GetType().Name, error);
            }
        }

        await _listeners.DisposeAsync();
        await _identify.DisposeAsync();
        await _swarm.StopAsync();
        await _events.DrainAsync();

        // After the last thing that is learnt: who was connected until now.
        if (_memory is not null) await _memory.DisposeAsync();
        foreach (var security in _services.Security.OfType<IDisposable>()) security.Dispose();
        if (_services.OwnsIdentity) _services.Identity.Dispose();
        _abandonStart.Dispose();
        _log.Stopped(Id);
    }

    private void Upkeep()
    {
        try
        {
            _swarm.Prune();
            _dialer.Sweep();
            _listeners.Sweep();
        }
        catch (Exception error)
        {
            _log.UpkeepFailed(error);
        }

        LookAtInterfaces();
    }

    private void LookAtInterfaces()
    {
        try
        {
            if (_listeners.Bound.Count > 0 && RefreshAddresses(out _)) TellAddresses();
        }
        catch (Exception error)
        {
            _log.UpkeepFailed(error);
        }
    }
}
