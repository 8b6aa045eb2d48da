using System.Net;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Observations;
using Causeway.Libp2p.Tests.Hosts;
using Causeway.Libp2p.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using static Causeway.Libp2p.Tests.Some;

namespace Causeway.Libp2p.Tests.Observations;

/// <summary>A host behind a NAT, and what it makes of the peers that tell it where they see it.</summary>
public sealed class ObservedAddressesTests : IAsyncDisposable
{
    private readonly SimulatedInternet _internet = new();
    private readonly List<IHost> _hosts = [];
    private readonly ManualTimeProvider _time = new();
    private List<IPAddress> _interfaces = [];

    [Fact]
    public async Task One_observer_makes_a_candidate_and_four_make_an_address_that_is_announced()
    {
        var (host, observed) = await BehindNatAsync(new SimulatedNat("30.0.0.1"));
        await ConnectAsync(host, "20.0.1.1");
        Assert.Equal(Addresses("/ip4/30.0.0.1/tcp/10001"), observed.Candidates);
        Assert.Empty(observed.Confirmed);
        for (var i = 2; i <= 3; i++) await ConnectAsync(host, $"20.0.{i}.1");
        Assert.Empty(observed.Confirmed);
        Assert.Equal(NatMapping.Unknown, observed.Mapping);

        await ConnectAsync(host, "20.0.4.1");
        Assert.Equal(Addresses("/ip4/30.0.0.1/tcp/10001"), observed.Confirmed);
        Assert.Equal(Addresses("/ip4/192.168.1.10/tcp/4001", "/ip4/30.0.0.1/tcp/10001"), host.Addresses);
        Assert.Equal(NatMapping.EndpointIndependent, observed.Mapping);
    }

    [Fact]
    public async Task A_mapping_that_differs_for_everybody_is_never_announced_and_said_to_be_so()
    {
        var (host, observed) = await BehindNatAsync(new SimulatedNat("30.0.0.1", endpointIndependent: false));
        for (var i = 1; i <= 5; i++) await ConnectAsync(host, $"20.0.{i}.1");
        Assert.Empty(observed.Confirmed);
        Assert.Equal(5, observed.Candidates.Count);
        Assert.Equal(NatMapping.EndpointDependent, observed.Mapping);
    }

    [Fact]
    public async Task A_connection_from_another_port_than_the_listeners_yields_only_a_guess()
    {
        var (host, observed) = await BehindNatAsync(new SimulatedNat("30.0.0.1"), reusePort: false);
        for (var i = 1; i <= 5; i++) await ConnectAsync(host, $"20.0.{i}.1");
        Assert.Empty(observed.Candidates);
        Assert.Equal(Addresses("/ip4/30.0.0.1/tcp/4001"), observed.Guesses);
        Assert.Equal(Addresses("/ip4/192.168.1.10/tcp/4001"), host.Addresses);
    }

    [Fact]
    public async Task Private_observers_are_not_believed_unless_the_network_is_a_closed_one()
    {
        var nat = new SimulatedNat("30.0.0.1");
        var (host, observed) = await BehindNatAsync(nat, options: new ObservedAddressesOptions { ActivationThreshold = 1 });
        await ConnectAsync(host, "10.0.0.1");
        Assert.Empty(observed.Candidates);

        var (closed, believes) = await BehindNatAsync(new SimulatedNat("30.0.0.2"), "192.168.2.10", options: new ObservedAddressesOptions { ActivationThreshold = 1, AllowPrivate = true });
        await ConnectAsync(closed, "10.0.0.2");
        Assert.Equal(Addresses("/ip4/30.0.0.2/tcp/10001"), believes.Confirmed);
    }

    [Fact]
    public async Task A_verdict_of_autonat_announces_an_address_early_and_withdraws_it()
    {
        var (host, observed) = await BehindNatAsync(new SimulatedNat("30.0.0.1"));
        await ConnectAsync(host, "20.0.1.1");
        var seen = observed.Candidates;
        observed.SetVerdicts(seen, []);
        Assert.Equal(seen, observed.Confirmed);
        for (var i = 2; i <= 5; i++) await ConnectAsync(host, $"20.0.{i}.1");
        observed.SetVerdicts([], seen);
        Assert.Empty(observed.Confirmed);
        Assert.Equal(seen, observed.Candidates);
        observed.SetVerdicts([], []);
        Assert.Equal(seen, observed.Confirmed);
    }

    [Fact]
    public async Task What_was_seen_of_an_address_that_the_machine_has_lost_is_taken_back()
    {
        var (host, observed) = await BehindNatAsync(new SimulatedNat("30.0.0.1"), options: new ObservedAddressesOptions { ActivationThreshold = 1 });
        await ConnectAsync(host, "20.0.1.1");
        Assert.Single(observed.Confirmed);
        var gone = NextAsync(observed, () => observed.Confirmed.Count == 0);
        _interfaces = [IPAddress.Loopback];
        host.SetAddresses("another", Addresses("/ip4/40.0.0.1/tcp/1"));
        await gone;
        Assert.Empty(observed.Candidates);
    }

    [Fact]
    public async Task What_was_seen_over_a_connection_that_has_ended_fades_after_forty_minutes()
    {
        var (host, observed) = await BehindNatAsync(new SimulatedNat("30.0.0.1"), options: new ObservedAddressesOptions { ActivationThreshold = 1 });
        using var events = new EventLog(host);
        var peer = await ConnectAsync(host, "20.0.1.1");
        await host.Connections.DisconnectAsync(peer.Id, Patience);
        await events.NextAsync<HostEvent.ConnectionClosed>();
        _time.Advance(TimeSpan.FromMinutes(39));
        Assert.Single(observed.Confirmed);
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.Empty(observed.Confirmed);
        Assert.Equal(Addresses("/ip4/192.168.1.10/tcp/4001"), host.Addresses);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts) await host.DisposeAsync();
    }

    private async Task<(IHost Host, ObservedAddresses Observed)> BehindNatAsync(
        SimulatedNat nat, string address = "192.168.1.10", bool reusePort = true, ObservedAddressesOptions? options = null)
    {
        _interfaces.Add(IPAddress.Parse(address));
        var host = new HostBuilder().UseTime(_time).UseTransport(_internet.Machine(address, nat, reusePort)).Listen($"/ip4/{address}/tcp/4001")
            .Use(host => new ObservedAddresses(host, options ?? new ObservedAddressesOptions(), _time, NullLoggerFactory.Instance, () => _interfaces)).Build();
        _hosts.Add(host);
        await host.StartAsync(Patience);
        return (host, host.Component<ObservedAddresses>()!);
    }

    /// <summary>Connects to a new peer at an address, and returns when what it sees has been taken in.</summary>
    private async Task<IHost> ConnectAsync(IHost host, string address)
    {
        var peer = new HostBuilder().UseTransport(_internet.Machine(address)).Listen($"/ip4/{address}/tcp/4001").Build();
        _hosts.Add(peer);
        await peer.StartAsync(Patience);
        using var events = new EventLog(host);
        await host.ConnectAsync(peer.Addresses[0].WithPeerId(peer.Id), Patience);

        // The component subscribed before this log did, so that it has heard of it when the log has.
        await events.NextAsync<HostEvent.PeerIdentified>(e => e.Peer.Equals(peer.Id));
        return peer;
    }

    private static Task NextAsync(ObservedAddresses observed, Func<bool> holds)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        observed.Changed += () =>
        {
            if (holds()) done.TrySetResult();
        };
        return done.Task.WaitAsync(Patience);
    }
}
