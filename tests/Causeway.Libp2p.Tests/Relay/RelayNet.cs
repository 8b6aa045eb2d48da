using Causeway.Libp2p.Connections;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Relay;
using Causeway.Libp2p.Relay.Client;
using Causeway.Libp2p.Relay.Wire;
using Causeway.Libp2p.Streams;
using Causeway.Libp2p.Tests.Hosts;
using Causeway.Multiformats;
using static Causeway.Libp2p.Tests.Some;

namespace Causeway.Libp2p.Tests.Relay;

/// <summary>Relays, peers that listen through them and peers that dial through them, on an in-memory network.</summary>
internal sealed class RelayNet : IAsyncDisposable
{
    public const string Echo = "/test/echo/1";

    private static readonly string[] Hop = [CircuitRelay.ProtocolId];

    public TestHosts Hosts { get; } = new();

    /// <summary>A relay, and its service. The clock is the service's only: connections do not outlive keep-alive pings that nobody has the time to answer.</summary>
    public async Task<(IHost Host, CircuitRelay Service)> RelayAsync(Func<CircuitRelayOptions, CircuitRelayOptions>? options = null, TimeProvider? time = null)
    {
        CircuitRelay? service = null;
        var configured = new CircuitRelayOptions();
        if (options is not null) configured = options(configured);
        var host = await Hosts.StartAsync(builder => builder.Configure(Roomy).Use(self => service = new CircuitRelay(self, configured, time)));
        return (host, service!);
    }

    /// <summary>A peer that nobody can dial but through these relays; serves <see cref="Echo"/>.</summary>
    public async Task<IHost> HiddenAsync(Func<RelayClientOptions, RelayClientOptions> options, TimeProvider? time = null, bool allowLimited = true)
    {
        var host = await Hosts.StartAsync(
            builder =>
            {
                builder.Configure(Roomy);
                if (time is null) builder.UseRelayClient(options);
                else builder.Listen("/p2p-circuit").UseTransport(self => new CircuitTransport(self, options(new RelayClientOptions()), time));
            },
            listen: false);
        host.Handle(Echo, (stream, token) => stream.CopyToAsync(stream, token), new ProtocolOptions { AllowLimited = allowLimited, MaxInboundStreamsPerPeer = 4096 });
        return host;
    }

    /// <summary>As above, with a reservation at <paramref name="relay"/> already.</summary>
    public async Task<IHost> ReservedAsync(IHost relay, TimeProvider? time = null, bool allowLimited = true)
    {
        var host = await HiddenAsync(options => options with { Relays = [AddressOf(relay)] }, time, allowLimited);
        await HasAddressAsync(host);
        return host;
    }

    public Task<IHost> DialerAsync() => Hosts.StartAsync(builder => builder.Configure(Roomy).UseRelayClient(static options => options with { Reservations = 0 }), listen: false);

    public static Multiaddress AddressOf(IHost host) => host.Addresses[0].WithPeerId(host.Id);

    public static Multiaddress Through(IHost relay, IHost target) => AddressOf(relay).Encapsulate(Address($"/p2p-circuit/p2p/{target.Id}"));

    /// <summary>Waits until a host has a relayed address, and returns it.</summary>
    public static async Task<Multiaddress> HasAddressAsync(IHost host, Func<IReadOnlyList<Multiaddress>, bool>? matches = null)
    {
        using var events = new EventLog(host);
        while (true)
        {
            var relayed = host.Addresses.Where(static address => address.IsRelayed).ToList();
            if (matches?.Invoke(relayed) ?? relayed.Count > 0) return relayed.FirstOrDefault() ?? Multiaddress.Empty;
            await events.NextAsync<HostEvent.AddressesChanged>();
        }
    }

    /// <summary>Asks a relay with a message of one's own making.</summary>
    public static async Task<HopMessage> AskAsync(IConnection relay, HopMessage request)
    {
        await using var stream = await relay.OpenStreamAsync(Hop, Patience);
        await DelimitedMessages.WriteAsync(stream, request, Patience);
        return await DelimitedMessages.ReadAsync(stream, HopMessage.Parser, Patience);
    }

    public static Task<HopMessage> ReserveAsync(IConnection relay) => AskAsync(relay, new HopMessage { Type = HopMessage.Types.Type.Reserve });

    public static Task<HopMessage> CircuitAsync(IConnection relay, PeerId target) =>
        AskAsync(relay, new HopMessage { Type = HopMessage.Types.Type.Connect, Peer = RelayMessages.Peer(target) });

    public static async Task<Libp2pStream> EchoAsync(IConnection connection)
    {
        var stream = await connection.OpenStreamAsync([Echo], Patience);
        await stream.WriteAsync("hello"u8.ToArray(), Patience);
        await stream.ReadExactlyAsync(new byte[5], Patience);
        return stream;
    }

    public ValueTask DisposeAsync() => Hosts.DisposeAsync();

    private static HostOptions Roomy(HostOptions options) => options with { Connections = options.Connections with { LowWater = 4000, HighWater = 5000 } };
}
