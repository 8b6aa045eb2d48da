using System.Net;
using System.Net.Sockets;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Connections.Inbound;

/// <summary>Counts and paces inbound connections by where they come from. Thread-safe, bounded.</summary>
internal sealed class InboundGate(InboundOptions options, TimeProvider time)
{
    // Sources remembered; when more come at once the quiet ones are forgotten, and then the gate stops telling sources apart.
    private const int Capacity = 16 * 1024;

    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, Source> _sources = [];

    /// <summary>Sources remembered now.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _sources.Count;
        }
    }

    /// <summary>Lets a connection in, or refuses it. The ticket is told when the handshake ends, and released when the connection does.</summary>
    public bool TryEnter(Multiaddress remote, out InboundTicket ticket)
    {
        ticket = default;
        if (SourceOf(remote) is not { } address) return true;
        lock (_lock)
        {
            var now = time.GetTimestamp();
            if (!_sources.TryGetValue(address, out var source))
            {
                if (_sources.Count >= Capacity) Sweep(now);
                if (_sources.Count >= Capacity) return false;
                source = new Source { Tokens = options.BurstPerAddress, Refilled = now };
                _sources.Add(address, source);
            }

            Refill(source, now);
            if (source.Connections >= options.MaxPerAddress || source.Handshakes >= options.MaxHandshakesPerAddress || source.Tokens < 1) return false;
            source.Connections++;
            source.Handshakes++;
            source.Tokens--;
        }

        ticket = new InboundTicket(this, address);
        return true;
    }

    public void Release(IPAddress address)
    {
        lock (_lock)
        {
            if (_sources.TryGetValue(address, out var source)) source.Connections--;
        }
    }

    public void EndHandshake(IPAddress address)
    {
        lock (_lock)
        {
            if (_sources.TryGetValue(address, out var source)) source.Handshakes--;
        }
    }

    /// <summary>Forgets sources without connections whose burst has been refilled.</summary>
    public void Sweep()
    {
        lock (_lock) Sweep(time.GetTimestamp());
    }

    private void Sweep(long now)
    {
        foreach (var (address, source) in _sources)
        {
            Refill(source, now);
            if (source.Connections == 0 && source.Handshakes == 0 && source.Tokens >= options.BurstPerAddress) _sources.Remove(address);
        }
    }

    private void Refill(Source source, long now)
    {
        source.Tokens = Math.Min(options.BurstPerAddress, source.Tokens + (time.GetElapsedTime(source.Refilled, now).TotalSeconds * options.RatePerAddress));
        source.Refilled = now;
    }

    private static IPAddress? SourceOf(Multiaddress remote)
    {
        var text = remote.ValueOf("ip4") ?? remote.ValueOf("ip6");
        if (text is null || remote.Has("p2p-circuit") || !IPAddress.TryParse(text, out var address) || IPAddress.IsLoopback(address)) return null;
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address;

        // A subscriber has at least a /64 (RFC 6177) and could use a fresh address for each connection.
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }

    private sealed class Source
    {
        public int Connections { get; set; }

        public int Handshakes { get; set; }

        public double Tokens { get; set; }

        public long Refilled { get; set; }
    }
}
