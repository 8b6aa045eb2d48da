using System.Net;
using Causeway.Libp2p.Hosts;
using Causeway.Multiformats;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Libp2p.PortMapping;

/// <summary>
/// Has the router forward the host's TCP listeners (WebSocket ones too), and announces the addresses under which they are reached then. A router that is
/// itself behind a NAT (its outside address is private) is of no use, and nothing is announced.
/// </summary>
/// <param name="host">The host.</param>
/// <param name="mapper">Asks the router; owned by the component.</param>
/// <param name="loggers">Where to log; null for nowhere.</param>
public sealed class PortMappingComponent(IHost host, IPortMapper mapper, ILoggerFactory? loggers = null) : IHostComponent
{
    private const string Source = "mapped";

    private readonly ILogger _log = (loggers ?? NullLoggerFactory.Instance).CreateLogger("Causeway.Libp2p.PortMapping");
    private readonly Lock _lock = new();
    private IReadOnlyList<Multiaddress> _announced = [];
    private bool _hasToldOfDoubleNat;
    private bool _isDisposed;

    /// <summary>The addresses announced now.</summary>
    public IReadOnlyList<Multiaddress> Announced => Volatile.Read(ref _announced);

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        mapper.Changed += Update;
        foreach (var port in host.ListenAddresses.Where(IsToBeMapped).Select(PortOf).Distinct()) await mapper.AddAsync(port, cancellationToken);
        Update();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        mapper.Changed -= Update;
        lock (_lock)
        {
            _isDisposed = true;
            Announce([]);
        }

        await mapper.DisposeAsync();
    }

    // Routers forward IPv4; of IPv6 they open the firewall at best, and then the listener's own address is the one to tell.
    private static bool IsToBeMapped(Multiaddress address) =>
        address.TryGetTcpEndPoint(out var bound) && bound.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork && !address.IsLoopback && !address.IsPublic;

    private static int PortOf(Multiaddress address) => address.TryGetTcpEndPoint(out var bound) ? bound.Port : 0;

    private void Update()
    {
        lock (_lock)
        {
            if (_isDisposed) return;
            var addresses = new List<Multiaddress>();
            foreach (var (port, external) in mapper.Mapped)
            {
                if (external is null) continue;
                if (!Multiaddress.FromTcp(external).IsPublic)
                {
                    TellOfDoubleNat(external.Address);
                    continue;
                }

                addresses.AddRange(host.ListenAddresses.Where(listener => IsToBeMapped(listener) && PortOf(listener) == port).Select(listener => At(listener, external)));
            }

            Announce([.. addresses.Distinct()]);
        }
    }

    private void Announce(IReadOnlyList<Multiaddress> addresses)
    {
        if (addresses.SequenceEqual(_announced)) return;
        Volatile.Write(ref _announced, addresses);
        if (addresses.Count > 0) _log.Mapped(string.Join(", ", addresses));
        else _log.Unmapped();
        host.SetAddresses(Source, addresses);
    }

    private void TellOfDoubleNat(IPAddress address)
    {
        if (_hasToldOfDoubleNat) return;
        _hasToldOfDoubleNat = true;
        _log.DoubleNat(address);
    }

    private static Multiaddress At(Multiaddress listener, IPEndPoint external)
    {
        var rest = listener.After("tcp");
        return rest.IsEmpty ? Multiaddress.FromTcp(external) : Multiaddress.FromTcp(external).Encapsulate(rest);
    }
}
