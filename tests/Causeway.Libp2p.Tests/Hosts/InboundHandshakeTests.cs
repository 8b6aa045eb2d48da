using System.IO.Pipelines;
using Causeway.Libp2p.Connections.Inbound;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Transports;
using Causeway.Libp2p.Transports.Memory;
using Causeway.Multiformats;
using static Causeway.Libp2p.Tests.Some;

namespace Causeway.Libp2p.Tests.Hosts;

/// <summary>Handshakes of one address: connections that come over the network as far as the host can tell.</summary>
public sealed class InboundHandshakeTests
{
    private readonly MemoryNetwork _network = new();

    [Fact]
    public async Task Silent_connections_of_one_address_do_not_keep_others_out()
    {
        var transport = new Disguise(new MemoryTransport(_network));
        await using var host = Build(transport);
        await host.StartAsync(Patience);
        transport.Source = Address("/ip4/192.0.2.66/tcp/1");
        var silent = new List<TransportConnection>();
        for (var i = 0; i < 3; i++) silent.Add(await new MemoryTransport(_network).DialAsync(host.Addresses[0], Patience));

        // Only two wait for their handshake; the third is refused at once.
        await Assert.ThrowsAsync<Libp2pException>(async () => await silent[2].Input.ReadAsync(Patience));
        transport.Source = Address("/ip4/192.0.2.7/tcp/1");
        await using var friend = new HostBuilder().UseMemory(_network).Build();
        await friend.StartAsync(Patience);
        await TestHosts.ConnectAsync(friend, host);
        foreach (var connection in silent) connection.Abort();
    }

    [Fact]
    public async Task A_finished_handshake_makes_room_for_the_next()
    {
        var transport = new Disguise(new MemoryTransport(_network)) { Source = Address("/ip4/192.0.2.7/tcp/1") };
        await using var host = Build(transport);
        await host.StartAsync(Patience);
        for (var i = 0; i < 5; i++)
        {
            await using var friend = new HostBuilder().UseMemory(_network).Build();
            await friend.StartAsync(Patience);

            // Our side may have finished the handshake a little sooner than the host.
            await Eventually.HoldsAsync(() => host.Connections.All.Count == 0);
            await TestHosts.ConnectAsync(friend, host);
            await Eventually.HoldsAsync(() => host.Connections.All.Count == 1);
        }
    }

    private static IHost Build(ITransport transport) => new HostBuilder()
        .UseTransport(transport)
        .Listen("/memory/0")
        .Configure(o => o with { Inbound = new InboundOptions { MaxHandshakes = 3, MaxHandshakesPerAddress = 2 } })
        .Build();

    /// <summary>Says that inbound connections come from an address of the network.</summary>
    private sealed class Disguise(MemoryTransport inner) : ITransport
    {
        public Multiaddress Source { get; set; } = Multiaddress.Empty;

        public bool CanDial(Multiaddress address) => inner.CanDial(address);

        public bool CanListen(Multiaddress address) => inner.CanListen(address);

        public ValueTask<TransportConnection> DialAsync(Multiaddress address, CancellationToken cancellationToken) => inner.DialAsync(address, cancellationToken);

        public async ValueTask<ITransportListener> ListenAsync(Multiaddress address, CancellationToken cancellationToken) =>
            new Listener(await inner.ListenAsync(address, cancellationToken), this);

        private sealed class Listener(ITransportListener inner, Disguise owner) : ITransportListener
        {
            public Multiaddress Address => inner.Address;

            public async ValueTask<TransportConnection?> AcceptAsync(CancellationToken cancellationToken) =>
                await inner.AcceptAsync(cancellationToken) is { } raw ? new Disguised(raw, owner.Source) : null;

            public ValueTask DisposeAsync() => inner.DisposeAsync();
        }

        private sealed class Disguised(TransportConnection inner, Multiaddress source) : TransportConnection
        {
            public override Multiaddress LocalAddress => inner.LocalAddress;

            public override Multiaddress RemoteAddress => source;

            public override PipeReader Input => inner.Input;

            public override PipeWriter Output => inner.Output;

            public override void Abort() => inner.Abort();

            public override ValueTask DisposeAsync() => inner.DisposeAsync();
        }
    }
}
