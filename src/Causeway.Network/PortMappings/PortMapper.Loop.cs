using Causeway.Network.PortMappings.Gateways;

namespace Causeway.Network.PortMappings;

/// <summary>The one task that talks to the router.</summary>
public sealed partial class PortMapper
{
    // Changes of the network come in bursts; when they are over, one look suffices.
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);

    private readonly long _start;
    private Gateway? _gateway;
    private IReadOnlyList<IGatewayClient> _clients = [];
    private TimeSpan _nextCheck;
    private TimeSpan _nextDiscovery;
    private int _failedDiscoveries;
    private bool _hasNetworkChanged;

    private TimeSpan Now => _time.GetElapsedTime(_start);

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            var before = Mappings;
            var wait = _options.RetryInterval;
            try
            {
                wait = await StepAsync(_stop.Token);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                break;
            }
            catch (Exception exception)
            {
                _logger.Failed(exception);
                lock (_lock) _ports.ForEach(p => Fail(p, $"The port mapper failed: {exception.Message}"));
            }

            Tell(before);
            await WaitAsync(wait);
        }

        await SayGoodbyeAsync();
        foreach (var client in _clients) client.Dispose();
    }

    /// <summary>Does what is due.</summary>
    /// <returns>How long there is nothing to do.</returns>
    private async Task<TimeSpan> StepAsync(CancellationToken cancellationToken)
    {
        await RemoveAsync(cancellationToken);
        List<MappedPort> ports;
        lock (_lock) ports = [.. _ports];
        if (ports.Count == 0) return Timeout.InfiniteTimeSpan;

        LookAtNetwork(ports);
        if (_gateway is null)
        {
            foreach (var port in ports) Fail(port, _finder is null ? "This system does not tell its routes, so its router is not known." : "There is no router: this machine has no IPv4 default route.");
            return _options.CheckInterval;
        }

        if (_clients.Count > 0 && Now >= _nextCheck) await CheckAsync(ports, cancellationToken);
        if (_clients.Count == 0 && !await DiscoverAsync(ports, cancellationToken)) return Until(_nextDiscovery);
        foreach (var port in ports.Where(p => p.Due <= Now)) await MapAsync(port, cancellationToken);
        return Until(ports.Select(p => p.Due).Append(_nextCheck).Min());
    }

    private void LookAtNetwork(List<MappedPort> ports)
    {
        var hasChanged = Interlocked.Exchange(ref _hasNetworkChanged, false);
        var gateway = _finder?.Find();
        if (gateway != _gateway)
        {
            DropClients();
            (_gateway, _nextDiscovery, _failedDiscoveries) = (gateway, TimeSpan.Zero, 0);
            foreach (var port in ports)
            {
                // A port that has just been added has no result yet; the first attempt shall be the one with the new router.
                if (port.First.IsCompleted) port.Lose("The router is another one now.");
                port.Hurry();
            }
        }
        else if (hasChanged)
        {
            var soon = Now + Settling;
            if (_nextCheck > soon) _nextCheck = soon;
            if (_nextDiscovery > soon) _nextDiscovery = soon;
        }
    }

    private async Task CheckAsync(List<MappedPort> ports, CancellationToken cancellationToken)
    {
        _nextCheck = Now + _options.CheckInterval;
        foreach (var client in _clients.Where(c => ports.Exists(p => p.Client == c)).ToList())
        {
            var granted = ports.Where(p => p.Client == client).ToList();
            try
            {
                var status = await client.CheckAsync([.. granted.Select(p => p.Request)], cancellationToken);
                var hasMoved = status.ExternalAddress is { } address && granted.Exists(p => p.Mapping.ExternalEndPoint is { } known && !known.Address.Equals(address));
                if (!status.HasForgotten && !hasMoved) continue;
                _logger.Forgotten(_gateway!.Address);
                foreach (var port in granted) port.Hurry();
            }
            catch (GatewayException exception)
            {
                // It may be back with other protocols: everything begins anew.
                foreach (var port in ports) Fail(port, $"The router is gone: {exception.Message}.");
                DropClients();
                return;
            }
        }
    }

    private async Task<bool> DiscoverAsync(List<MappedPort> ports, CancellationToken cancellationToken)
    {
        if (Now < _nextDiscovery)
        {
            foreach (var port in ports.Where(p => !p.First.IsCompleted)) Fail(port, "The router has not answered; it is asked again later.");
            return false;
        }

        var clients = _createClients(_gateway!);
        var reports = await GatewayDiscovery.RunAsync(clients, _time, cancellationToken);
        foreach (var report in reports.Where(r => !r.IsAvailable)) _logger.NotSpoken(_gateway!.Address, report.Protocol, report.Problem!);
        foreach (var (client, report) in clients.Zip(reports))
        {
            if (!report.IsAvailable) client.Dispose();
        }

        _clients = [.. clients.Zip(reports).Where(c => c.Second.IsAvailable).Select(c => c.First)];
        if (_clients.Count > 0)
        {
            (_nextCheck, _failedDiscoveries) = (Now + _options.CheckInterval, 0);
            foreach (var port in ports) port.Hurry();
            return true;
        }

        var pause = _options.RetryInterval * Math.Pow(2, Math.Min(_failedDiscoveries++, 30));
        _nextDiscovery = Now + (pause < _options.MaxRetryInterval ? pause : _options.MaxRetryInterval);
        foreach (var port in ports) Fail(port, $"The router {_gateway!.Address} forwards no ports when asked. Switch on PCP, NAT-PMP or UPnP there, or have it forward the port by hand.");
        return false;
    }

    private async Task MapAsync(MappedPort port, CancellationToken cancellationToken)
    {
        string? problem = null;
        foreach (var client in _clients.OrderBy(c => c == port.Client ? 0 : 1))
        {
            try
            {
                port.Grant(client, await client.MapAsync(port.Request, cancellationToken), Now);
                if (port.Mapping.ExternalEndPoint is { } external) _logger.Mapped(_gateway!.Address, port.Mapping.Protocol, port.Mapping.InternalPort, external, client.Protocol);
                return;
            }
            catch (GatewayException exception)
            {
                problem ??= exception.Message;
            }
        }

        Fail(port, $"The router does not forward the port: {problem}.");
    }

    private async Task RemoveAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            (MappedPort Port, TaskCompletionSource Done) removed;
            lock (_lock)
            {
                if (_removed.Count == 0) return;
                removed = _removed[0];
                _removed.RemoveAt(0);
            }

            try
            {
                await UnmapAsync(removed.Port, cancellationToken);
            }
            finally
            {
                if (!removed.Port.First.IsCompleted) removed.Port.Lose("The port was removed.");
                removed.Done.TrySetResult();
            }
        }
    }

    private async Task UnmapAsync(MappedPort port, CancellationToken cancellationToken)
    {
        if (port.Client is null) return;
        try
        {
            await port.Client.UnmapAsync(port.Request, cancellationToken);
        }
        catch (Exception exception) when (exception is GatewayException or OperationCanceledException)
        {
            _logger.NotDeleted(port.Mapping.Protocol, port.Mapping.InternalPort, exception.Message);
        }
    }

    private async Task SayGoodbyeAsync()
    {
        using var patience = new CancellationTokenSource(_options.GoodbyeTimeout, _time);
        List<MappedPort> ports;
        lock (_lock) ports = [.. _removed.Select(r => r.Port), .. _ports];
        foreach (var port in ports)
        {
            await UnmapAsync(port, patience.Token);
            port.Lose("The port mapper has ended.");
        }

        foreach (var (_, done) in _removed) done.TrySetResult();
    }

    private void Fail(MappedPort port, string problem)
    {
        if (port.Mapping.Problem != problem) _logger.NotMapped(port.Mapping.Protocol, port.Mapping.InternalPort, problem);
        port.Fail(problem, Now, _options);
    }

    private void DropClients()
    {
        foreach (var client in _clients) client.Dispose();
        _clients = [];
    }

    private void Tell(IReadOnlyList<PortMapping> before)
    {
        if (Mappings.SequenceEqual(before)) return;
        try
        {
            Changed?.Invoke();
        }
        catch (Exception exception)
        {
            _logger.TellFailed(exception);
        }
    }

    private TimeSpan Until(TimeSpan due)
    {
        var wait = due - Now;
        return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
    }

    private async Task WaitAsync(TimeSpan wait)
    {
        using var timeout = new CancellationTokenSource(wait, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, timeout.Token);
        try
        {
            await _wake.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            // Something is due, or the end.
        }
    }
}
