using System.Net;
using Causeway.Hosting.Servers;

namespace Causeway.Node.Http;

/// <summary>Counts requests, those under way and those of the last seconds, of each address. Thread-safe.</summary>
public sealed class RequestLimits
{
    // Addresses that are remembered; those that have nothing under way and all of their burst left are forgotten first.
    private const int MaxAddresses = 8192;

    private readonly Lock _lock = new();
    private readonly Dictionary<AddressKey, Usage> _usages = [];
    private readonly RequestLimitOptions _options;
    private readonly TimeProvider _time;
    private int _requests;

    /// <summary>Limits that nobody has used yet.</summary>
    /// <exception cref="ArgumentException">An option makes no sense.</exception>
    public RequestLimits(RequestLimitOptions? options = null, TimeProvider? time = null)
    {
        _options = options ?? new RequestLimitOptions();
        _options.Validate();
        _time = time ?? TimeProvider.System;
    }

    /// <summary>How many addresses are remembered.</summary>
    internal int Addresses
    {
        get
        {
            lock (_lock) return _usages.Count;
        }
    }

    /// <summary>Begins a request; null where there are too many. To be disposed when it was answered.</summary>
    /// <param name="address">Whose it is; null where it did not come over IP.</param>
    public IDisposable? TryBegin(IPAddress? address)
    {
        var key = AddressKey.Of(address ?? IPAddress.Loopback);
        lock (_lock)
        {
            if (_requests == _options.MaxRequests) return null;
            var now = _time.GetTimestamp();
            if (!_usages.TryGetValue(key, out var usage))
            {
                if (_usages.Count == MaxAddresses) Forget(now);
                if (_usages.Count == MaxAddresses) return null;
                _usages.Add(key, usage = new Usage(_options.Burst, now));
            }

            Refill(usage, now);
            if (usage.Requests == _options.MaxRequestsPerAddress || usage.Tokens < 1) return null;
            usage.Tokens--;
            usage.Requests++;
            _requests++;
        }

        return new Begun(this, key);
    }

    private void Refill(Usage usage, long now)
    {
        var gained = _time.GetElapsedTime(usage.At, now).TotalSeconds * _options.RequestsPerSecond;
        usage.Tokens = Math.Min(_options.Burst, usage.Tokens + gained);
        usage.At = now;
    }

    private void Forget(long now)
    {
        foreach (var (key, usage) in _usages)
        {
            Refill(usage, now);
            if (usage.Requests == 0 && usage.Tokens >= _options.Burst) _usages.Remove(key);
        }
    }

    private void End(AddressKey key)
    {
        lock (_lock)
        {
            _requests--;
            _usages[key].Requests--;
        }
    }

    private sealed class Usage(double tokens, long at)
    {
        public double Tokens { get; set; } = tokens;

        public long At { get; set; } = at;

        public int Requests { get; set; }
    }

    private sealed class Begun(RequestLimits limits, AddressKey key) : IDisposable
    {
        private RequestLimits? _limits = limits;

        public void Dispose() => Interlocked.Exchange(ref _limits, null)?.End(key);
    }
}
