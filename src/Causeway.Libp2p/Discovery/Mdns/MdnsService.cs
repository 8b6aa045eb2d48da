using System.Security.Cryptography;
using Causeway.Libp2p.Hosts;
using Causeway.Multiformats;
using Causeway.Network.Dns;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Libp2p.Discovery.Mdns;

/// <summary>
/// Announces any number of hosts of one process on the local network, and tells them of the peers that it hears of. One pair of sockets and
/// one search serve all hosts, so that a process with hundreds of them does not flood the network.
/// </summary>
public sealed class MdnsService : IAsyncDisposable
{
    // RFC 6762 §6: at least one second between two multicasts of a record, and a random delay before an answer that others may give too.
    private static readonly TimeSpan MinimumGap = TimeSpan.FromSeconds(1);
    private const int MinimumDelayMilliseconds = 20;
    private const int MaximumDelayMilliseconds = 120;
    private const int NameLength = 32;

    private readonly MdnsOptions _options;
    private readonly DnsName _service;
    private readonly IMulticastChannel _channel;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly Dictionary<PeerId, MdnsRegistration> _registrations = [];
    private readonly Dictionary<PeerId, (IReadOnlyList<Multiaddress> Addresses, DateTimeOffset Expires)> _found = [];
    private readonly ITimer _timer;
    private DateTimeOffset _nextQuery;
    private TimeSpan _queryPause = MinimumGap;
    private DateTimeOffset? _servicesDue;

    /// <summary>Opens the sockets on all usable interfaces and starts to listen; announcing starts with the first registration.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public MdnsService(MdnsOptions? options = null, TimeProvider? timeProvider = null, ILogger<MdnsService>? logger = null)
        : this(options ?? new MdnsOptions(), timeProvider, logger, null)
    {
    }

    internal MdnsService(MdnsOptions options, TimeProvider? timeProvider, ILogger? logger, IMulticastChannel? channel)
    {
        options.Validate();
        _options = options;
        _service = options.Service;
        _time = timeProvider ?? TimeProvider.System;
        _logger = logger ?? NullLogger.Instance;
        _channel = channel ?? new MulticastSockets(options.Port, _logger);
        _nextQuery = _time.GetUtcNow();
        _timer = _time.CreateTimer(_ => OnTick(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _channel.Changed += OnNetworkChanged;
        _channel.Start(OnReceived);
    }

    /// <summary>Announces a host, and lets it know of all peers found so far and from now on, until the result is disposed.</summary>
    /// <exception cref="InvalidOperationException">The host is registered already.</exception>
    public IDisposable Register(IHost host)
    {
        // The spec wants a random name that says nothing: it is visible to the whole network.
        var name = RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz0123456789", NameLength);
        var registration = new MdnsRegistration(host, name, Unregister, Announce);
        KeyValuePair<PeerId, (IReadOnlyList<Multiaddress> Addresses, DateTimeOffset Expires)>[] known;
        lock (_lock)
        {
            if (!_registrations.TryAdd(host.Id, registration)) throw new InvalidOperationException($"{host.Id} is announced already.");
            _found.Remove(host.Id);
            var now = _time.GetUtcNow();
            registration.Due = now;
            registration.Repeats = 1;
            known = [.. _found.Where(f => f.Value.Expires > now)];
            SearchSoon(now);
            Arm(now);
        }

        foreach (var (peer, (addresses, _)) in known) Tell(host, peer, addresses);
        return registration;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        _channel.Changed -= OnNetworkChanged;
        await _channel.DisposeAsync();
    }

    private void Unregister(MdnsRegistration registration)
    {
        // No goodbye (a response with TTL 0, RFC 6762 §10.1): js-libp2p does not look at the TTL and would take it for a new peer.
        lock (_lock)
        {
            _registrations.Remove(registration.Host.Id);
            Arm(_time.GetUtcNow());
        }
    }

    private void Announce(MdnsRegistration registration)
    {
        lock (_lock)
        {
            var now = _time.GetUtcNow();
            registration.Schedule(now);
            Arm(now);
        }
    }

    private void OnNetworkChanged()
    {
        lock (_lock)
        {
            var now = _time.GetUtcNow();
            foreach (var registration in _registrations.Values) registration.Schedule(now);
            SearchSoon(now);
            Arm(now);
        }
    }

    /// <summary>Sets the timer for whatever is due first; a process without registrations sleeps.</summary>
    private void Arm(DateTimeOffset now)
    {
        if (_registrations.Count == 0)
        {
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return;
        }

        var next = _nextQuery;
        if (_servicesDue < next) next = _servicesDue.Value;
        foreach (var registration in _registrations.Values)
        {
            if (registration.NextAt(MinimumGap) is { } at && at < next) next = at;
        }

        _timer.Change(next > now ? next - now : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    private void SearchSoon(DateTimeOffset now)
    {
        _queryPause = MinimumGap;
        if (_nextQuery > now + MinimumGap) _nextQuery = now + MinimumGap;
    }

    private void OnTick()
    {
        var now = _time.GetUtcNow();
        var query = false;
        var services = false;
        var due = new List<MdnsRegistration>();
        lock (_lock)
        {
            if (now >= _nextQuery)
            {
                query = true;
                _nextQuery = now + _queryPause;
                _queryPause = _queryPause * 2 < _options.QueryInterval ? _queryPause * 2 : _options.QueryInterval;
            }

            if (now >= _servicesDue)
            {
                services = true;
                _servicesDue = null;
            }

            foreach (var registration in _registrations.Values)
            {
                if (registration.TakeIfDue(now, MinimumGap)) due.Add(registration);
            }

            Arm(now);
        }

        if (query)
        {
            var message = MdnsMessages.Query(_service);
            Send(_ => message);
        }

        if (services)
        {
            var message = MdnsMessages.Services(_service, _options.TimeToLive);
            Send(_ => message);
        }

        foreach (var registration in due)
        {
            var host = registration.Host;
            Send(loopback => MdnsMessages.Announcement(
                _service, registration.Name, host.Id, host.Addresses.Where(a => a.IsLoopback == loopback), _options.TimeToLive));
        }
    }

    private void OnReceived(ReadOnlyMemory<byte> datagram)
    {
        if (!DnsMessage.TryDecode(datagram.Span, out var message)) return;
        if (message.IsResponse) OnResponse(message);
        else OnQuery(message);
    }

    private void OnQuery(DnsMessage query)
    {
        var question = MdnsMessages.Classify(query, _service);
        if (question == MdnsQuestion.None) return;
        lock (_lock)
        {
            var now = _time.GetUtcNow();
            var due = now.AddMilliseconds(RandomNumberGenerator.GetInt32(MinimumDelayMilliseconds, MaximumDelayMilliseconds + 1));
            if (question == MdnsQuestion.Services) _servicesDue ??= due;
            else foreach (var registration in _registrations.Values) registration.Schedule(due);
            Arm(now);
        }
    }

    private void OnResponse(DnsMessage response)
    {
        foreach (var (peer, addresses) in MdnsMessages.Peers(response, _service))
        {
            IHost[] hosts;
            lock (_lock)
            {
                if (_registrations.ContainsKey(peer)) continue;
                var now = _time.GetUtcNow();
                if (!_found.ContainsKey(peer) && _found.Count >= _options.MaxPeers && !ForgetExpired(now))
                {
                    _logger.TooManyPeers(_options.MaxPeers, peer);
                    continue;
                }

                // A response comes once per interface, with the addresses that matter there.
                var known = _found.TryGetValue(peer, out var before) && before.Expires > now ? before.Addresses : [];
                _found[peer] = ([.. known.Concat(addresses).Distinct().TakeLast(32)], now + _options.TimeToLive);
                hosts = [.. _registrations.Values.Select(r => r.Host)];
            }

            _logger.PeerFound(peer);
            foreach (var host in hosts) Tell(host, peer, addresses);
        }
    }

    // An exception on the timer's thread would end the process: a host that has just closed, or an interface that has just gone, must not.
    private void Send(Func<bool, byte[]?> message)
    {
        try
        {
            _channel.Send(message);
        }
        catch (Exception error)
        {
            _logger.SendFailed(error);
        }
    }

    // A subscriber's mistake must neither keep other hosts from hearing of the peer nor end the receiving.
    private void Tell(IHost host, PeerId peer, IReadOnlyList<Multiaddress> addresses)
    {
        try
        {
            host.AddDiscovered(peer, addresses);
        }
        catch (Exception error)
        {
            _logger.TellFailed(peer, error);
        }
    }

    private bool ForgetExpired(DateTimeOffset now)
    {
        foreach (var (peer, (_, expires)) in _found.ToArray())
        {
            if (expires <= now) _found.Remove(peer);
        }

        return _found.Count < _options.MaxPeers;
    }
}
