using System.Net;
using Causeway.Libp2p.AutoNat;
using Causeway.Libp2p.AutoNat.Server;
using Causeway.Libp2p.AutoNat.Wire;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Observations;
using Causeway.Libp2p.Security.PrivateNetworks;
using Causeway.Libp2p.Streams;
using Causeway.Libp2p.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using static Causeway.Libp2p.Tests.AutoNat.AutoNatNetwork;
using static Causeway.Libp2p.Tests.Some;

namespace Causeway.Libp2p.Tests.AutoNat;

/// <summary>What hosts find out about themselves with the help of servers.</summary>
public sealed class ReachabilityTests : IAsyncDisposable
{
    private readonly AutoNatNetwork _network = new();

    [Fact]
    public async Task A_host_with_a_public_address_learns_that_it_can_be_dialed()
    {
        var (server, machine) = await _network.ServerAsync("20.0.1.1");
        var client = await _network.ClientAsync("30.0.0.1");
        await ConnectAsync(client, server);
        await BecomesAsync(client, Reachability.Public);
        Assert.Equal(Addresses("/ip4/30.0.0.1/tcp/4001"), client.Component<AutoNatService>()!.Reachable);
        Assert.Equal(Addresses("/ip4/30.0.0.1/tcp/4001"), DialedBy(machine));
    }

    [Fact]
    public async Task Members_of_a_private_network_dial_each_other_back()
    {
        using var key = PreSharedKey.Generate();
        var (server, _) = await _network.ServerAsync("20.0.1.1", network: key);
        var client = await _network.ClientAsync("30.0.0.1", network: key);
        await ConnectAsync(client, server);
        await BecomesAsync(client, Reachability.Public);
        await _network.DisposeAsync();
    }

    [Fact]
    public async Task A_host_behind_a_nat_that_filters_learns_that_it_cannot_although_it_has_opened_the_nat_for_the_server()
    {
        var (server, _) = await _network.ServerAsync("20.0.1.1");
        var client = await _network.ClientAsync("192.168.1.10", new SimulatedNat("30.0.0.1"));
        await ConnectAsync(client, server);
        await BecomesAsync(client, Reachability.Private);
        Assert.Contains(Address("/ip4/30.0.0.1/tcp/10001"), client.Component<AutoNatService>()!.Unreachable);
        Assert.Equal(Addresses("/ip4/192.168.1.10/tcp/4001"), client.Addresses);
    }

    [Fact]
    public async Task An_address_behind_a_nat_that_lets_in_everybody_is_announced_after_one_observer_and_one_dial()
    {
        var (server, _) = await _network.ServerAsync("20.0.1.1");
        var client = await _network.ClientAsync("192.168.1.10", new SimulatedNat("30.0.0.1", filters: false));
        await ConnectAsync(client, server);
        await BecomesAsync(client, Reachability.Public);
        Assert.Equal(Addresses("/ip4/192.168.1.10/tcp/4001", "/ip4/30.0.0.1/tcp/10001"), client.Addresses);
    }

    [Fact]
    public async Task A_port_forwarded_by_hand_is_found_though_nobody_has_observed_it()
    {
        var nat = new SimulatedNat("30.0.0.1");
        nat.Forward(4001, IPEndPoint.Parse("192.168.1.10:4001"));
        var (server, _) = await _network.ServerAsync("20.0.1.1");
        var client = await _network.ClientAsync("192.168.1.10", nat, reusePort: false);
        await ConnectAsync(client, server);
        await BecomesAsync(client, Reachability.Public);
        Assert.Equal(Addresses("/ip4/192.168.1.10/tcp/4001", "/ip4/30.0.0.1/tcp/4001"), client.Addresses);
    }

    [Theory]
    [InlineData(true, Reachability.Public)]
    [InlineData(false, Reachability.Private)]
    public async Task Servers_of_version_1_do_where_there_are_no_others(bool forwards, Reachability expected)
    {
        var nat = new SimulatedNat("30.0.0.1");
        if (forwards) nat.Forward(4001, IPEndPoint.Parse("192.168.1.10:4001"));
        var machine = _network.Internet.Machine("20.0.1.1");
        var server = await _network.StartAsync(machine);
        ServeV1(server, machine);
        var client = await _network.ClientAsync("192.168.1.10", nat);
        await ConnectAsync(client, server);
        await BecomesAsync(client, expected);
    }

    [Fact]
    public async Task What_a_server_of_version_1_says_of_earlier_addresses_does_not_count_for_those_that_came_meanwhile()
    {
        var answers = new Queue<AutoNatStatus>([AutoNatStatus.DialError, AutoNatStatus.Ok]);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var server = await _network.StartAsync(_network.Internet.Machine("20.0.1.1"));
        _ = server.Handle(AutoNatProtocol.V1, async (stream, token) =>
        {
            _ = await DelimitedMessages.ReadAsync(stream, AutoNatMessage.Parser, AutoNatProtocol.MaxMessage, token);
            asked.TrySetResult();
            await changed.Task.WaitAsync(token);
            var response = new AutoNatDialResponse { Status = answers.Dequeue() };
            await DelimitedMessages.WriteAsync(stream, new AutoNatMessage { Type = AutoNatType.DialResponse, DialResponse = response }, completeWrites: true, token);
        });
        var client = await _network.ClientAsync("30.0.0.1");
        await ConnectAsync(client, server);
        await asked.Task.WaitAsync(Patience);
        client.SetAddresses("test", Addresses("/ip4/30.0.0.1/tcp/4002"));
        changed.SetResult();
        await BecomesAsync(client, Reachability.Public);
        Assert.Empty(answers);
    }

    [Fact]
    public async Task An_address_that_could_not_be_dialed_is_tried_again_after_ninety_seconds()
    {
        var time = new ManualTimeProvider();
        var nat = new SimulatedNat("30.0.0.1");
        var (server, _) = await _network.ServerAsync("20.0.1.1");
        var client = await _network.ClientAsync("192.168.1.10", nat, time: time, reusePort: false);
        await ConnectAsync(client, server);
        await BecomesAsync(client, Reachability.Private);
        var becomes = BecomesAsync(client, Reachability.Public);
        nat.Forward(4001, IPEndPoint.Parse("192.168.1.10:4001"));

        // Whether the timer is set by now or not: when it is looked at next, the verdict is stale.
        time.Advance(TimeSpan.FromSeconds(91));
        await becomes;
    }

    [Fact]
    public async Task A_server_that_says_no_to_everything_is_outvoted()
    {
        var liar = await _network.StartAsync(_network.Internet.Machine("20.0.0.66"), Lying.Always(Libp2p.AutoNat.Wire.DialStatus.DialError));
        var client = await _network.ClientAsync("30.0.0.1");
        await ConnectAsync(client, liar);
        await BecomesAsync(client, Reachability.Private);
        for (var i = 1; i <= 3; i++) await ConnectAsync(client, (await _network.ServerAsync($"20.0.{i}.1")).Host);
        await BecomesAsync(client, Reachability.Public);
    }

    [Fact]
    public async Task A_server_that_says_yes_without_having_dialed_is_not_believed()
    {
        var liar = await _network.StartAsync(_network.Internet.Machine("20.0.0.66"), Lying.Always(Libp2p.AutoNat.Wire.DialStatus.Dialed));
        var time = new ManualTimeProvider();
        var client = await _network.ClientAsync("30.0.0.1", time: time);
        await ConnectAsync(client, liar);
        await Lying.Answered(liar);
        for (var i = 0; i < 10; i++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal(Reachability.Unknown, client.Reachability);
        Assert.Empty(client.Component<AutoNatService>()!.Reachable);
    }

    [Fact]
    public async Task A_nonce_on_a_connection_that_we_opened_proves_nothing()
    {
        var liar = await _network.StartAsync(_network.Internet.Machine("20.0.0.66"), Lying.OverTheSameConnection);
        var client = await _network.ClientAsync("192.168.1.10", new SimulatedNat("30.0.0.1"));
        await ConnectAsync(client, liar);
        await Lying.Answered(liar);
        Assert.Equal(Reachability.Unknown, client.Reachability);
    }

    public ValueTask DisposeAsync() => _network.DisposeAsync();

    private static void ServeV1(IHost host, SimulatedMachine machine)
    {
        var options = new AutoNatOptions();
        var hosts = new DialBackHosts([machine.WithoutReuse()], options, Standing, HasFamily);
        var server = new AutoNatV1Server(hosts, new RequestLimiter(options.Server, Standing), Standing, NullLogger.Instance);
        _ = host.Handle(AutoNatProtocol.V1, server.ServeAsync);
    }
}
