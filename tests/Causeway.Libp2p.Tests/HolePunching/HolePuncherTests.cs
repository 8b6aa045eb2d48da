using Causeway.Libp2p.Connections;
using Causeway.Libp2p.HolePunching;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Relay;
using Causeway.Libp2p.Tests.Hosts;
using Causeway.Libp2p.Tests.Relay;
using Causeway.Libp2p.Transports;
using Causeway.Libp2p.Transports.Tcp;
using Causeway.Multiformats;
using static Causeway.Libp2p.Tests.Some;

namespace Causeway.Libp2p.Tests.HolePunching;

/// <summary>Relayed connections become direct ones, over TCP on this machine.</summary>
public sealed class HolePuncherTests
{
    // Nothing answers there; no time is asserted, it is only given up earlier.
    private const string Nowhere = "10.255.255.1";

    [Fact]
    public async Task A_dialer_that_can_be_dialed_is_dialed_back()
    {
        await using var hosts = new TestHosts(tcp: true);
        var relay = await RelayAsync(hosts);
        var (hidden, ended) = await HiddenAsync(hosts, relay, isReachable: false);
        var (dialer, _) = await HiddenAsync(hosts, relay, isReachable: true);
        var relayed = await dialer.ConnectAsync(RelayNet.Through(relay, hidden), Patience);
        var result = await ended.Task.WaitAsync(Patience);
        Assert.True(result is { Succeeded: true, Attempts: 0 });
        Assert.Equal(dialer.Id, result.Peer);
        await relayed.Closed.WaitAsync(Patience);
        await Eventually.HoldsAsync(() => dialer.Connections.To(hidden.Id) is [{ IsRelayed: false }]);
    }

    [Fact]
    public async Task Two_peers_whose_addresses_nobody_knows_agree_to_dial_each_other()
    {
        await using var hosts = new TestHosts(tcp: true);
        var relay = await RelayAsync(hosts);
        var (hidden, ended) = await HiddenAsync(hosts, relay, isReachable: false);
        var (dialer, _) = await HiddenAsync(hosts, relay, isReachable: false);
        await dialer.ConnectAsync(RelayNet.Through(relay, hidden), Patience);
        var result = await ended.Task.WaitAsync(Patience);
        Assert.True(result.Succeeded);
        Assert.True(result.Attempts > 0);
        await Eventually.HoldsAsync(() => dialer.Connections.To(hidden.Id) is [{ IsRelayed: false }, ..]);
        await using var stream = await dialer.OpenStreamAsync(hidden.Id, [RelayNet.Echo], Patience);
        Assert.False(stream.Connection.IsRelayed);
    }

    [Fact]
    public async Task A_peer_that_does_not_punch_stays_relayed()
    {
        await using var hosts = new TestHosts(tcp: true);
        var relay = await RelayAsync(hosts);
        var (hidden, ended) = await HiddenAsync(hosts, relay, isReachable: false);
        var dialer = await hosts.StartAsync(builder => builder.UseRelayClient(o => o with { Reservations = 0 }), listen: false);
        var relayed = await dialer.ConnectAsync(RelayNet.Through(relay, hidden), Patience);
        Assert.False((await ended.Task.WaitAsync(Patience)).Succeeded);
        Assert.False(relayed.Closed.IsCompleted);
    }

    [Fact]
    public async Task Only_the_side_that_was_connected_to_may_ask()
    {
        await using var hosts = new TestHosts(tcp: true);
        var relay = await RelayAsync(hosts);
        var (hidden, _) = await HiddenAsync(hosts, relay, isReachable: false, o => o with { Attempts = 1, RetryInterval = TimeSpan.Zero });
        var dialer = await hosts.StartAsync(builder => builder.UseRelayClient(o => o with { Reservations = 0 }), listen: false);
        var relayed = await dialer.ConnectAsync(RelayNet.Through(relay, hidden), Patience);
        await using var stream = await relayed.OpenStreamAsync([HolePuncher.ProtocolId], Patience);
        await Assert.ThrowsAnyAsync<IOException>(() =>
            HolePunchExchange.AskAsync(stream, Addresses("/ip4/127.0.0.1/tcp/9"), allowPrivate: true, TimeProvider.System, Patience));
    }

    private static Task<IHost> RelayAsync(TestHosts hosts) => hosts.StartAsync(builder => builder.UseCircuitRelay());

    private static async Task<(IHost Host, TaskCompletionSource<HolePunchResult> Ended)> HiddenAsync(
        TestHosts hosts, IHost relay, bool isReachable, Func<HolePunchOptions, HolePunchOptions>? configure = null)
    {
        var options = new HolePunchOptions { AllowPrivateAddresses = true, DirectDialTimeout = TimeSpan.FromSeconds(1), RetryInterval = TimeSpan.Zero };
        options = configure?.Invoke(options) ?? options;
        var tcp = new KnownPort(new TcpTransport(new TcpTransportOptions { PortReuse = PortReuse.Always }));
        var ended = new TaskCompletionSource<HolePunchResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        var host = await hosts.StartAsync(builder => builder
            .Configure(o => o with { AnnounceListenAddresses = isReachable })
            .UseTransport(tcp)
            .UseRelayClient(o => o with { Relays = [RelayNet.AddressOf(relay)] })
            .Use(self =>
            {
                var puncher = new HolePuncher(self, options);
                puncher.Ended += result => ended.TrySetResult(result);
                return puncher;
            }));
        if (!isReachable) host.SetAddresses("test", Addresses($"/ip4/{Nowhere}/tcp/{tcp.Port}"));
        host.Handle(RelayNet.Echo, (stream, token) => stream.CopyToAsync(stream, token));
        await RelayNet.HasAddressAsync(host);

        // What the relay sees of us is what we tell the other side.
        await Eventually.HoldsAsync(() => host.Connections.To(relay.Id) is [{ ObservedAddress: not null }, ..]);
        return (host, ended);
    }

    /// <summary>TCP that remembers which port it was given.</summary>
    private sealed class KnownPort(TcpTransport inner) : ITransport
    {
        public int Port { get; private set; }

        public bool CanDial(Multiaddress address) => inner.CanDial(address);

        public bool CanListen(Multiaddress address) => inner.CanListen(address);

        public ValueTask<TransportConnection> DialAsync(Multiaddress address, CancellationToken cancellationToken) => inner.DialAsync(address, cancellationToken);

        public async ValueTask<ITransportListener> ListenAsync(Multiaddress address, CancellationToken cancellationToken)
        {
            var listener = await inner.ListenAsync(address, cancellationToken);
            if (listener.Address.TryGetTcpEndPoint(out var endPoint)) Port = endPoint.Port;
            return listener;
        }
    }
}
