using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Causeway.Libp2p;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Ping;
using Causeway.Libp2p.Relay;
using Causeway.Multiformats;
using Causeway.Network.Stun;
using Causeway.Network.Stun.Discovery;

namespace Causeway.Cli.Netcheck;

/// <summary>Finds out what the network lets through: UDP and the NAT before it, nodes and their distance. All at once, each with its time.</summary>
internal sealed class NetworkCheck(TimeProvider time)
{
    private const int Pings = 3;

    private static readonly TimeSpan NodePatience = TimeSpan.FromSeconds(15);

    /// <summary>Runs every check.</summary>
    public async Task<NetcheckReport> RunAsync(IReadOnlyList<IPEndPoint> stunServers, IReadOnlyList<Multiaddress> nodes, CancellationToken cancel)
    {
        var ipv4 = CheckAsync(AddressFamily.InterNetwork, stunServers, cancel);
        var ipv6 = CheckAsync(AddressFamily.InterNetworkV6, stunServers, cancel);
        var checks = Task.WhenAll(nodes.Select(node => CheckAsync(node, cancel)));
        return new NetcheckReport { Ipv4 = await ipv4, Ipv6 = await ipv6, Nodes = await checks };
    }

    private async Task<FamilyReport> CheckAsync(AddressFamily family, IReadOnlyList<IPEndPoint> stunServers, CancellationToken cancel)
    {
        var servers = stunServers.Where(s => s.AddressFamily == family).ToArray();
        var report = new FamilyReport { Addresses = [.. OwnAddresses(family)] };
        return servers.Length == 0 ? report : report with { Udp = Describe(await new NatDiscovery(family, time).DiscoverAsync(servers, cancel)) };
    }

    private static IEnumerable<string> OwnAddresses(AddressFamily family) => NetworkInterface.GetAllNetworkInterfaces()
        .Where(static nic => nic.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown)
        .SelectMany(static nic => nic.GetIPProperties().UnicastAddresses)
        .Select(static unicast => unicast.Address)
        .Where(address => address.AddressFamily == family && !IPAddress.IsLoopback(address) && !address.IsIPv6LinkLocal)
        .Select(static address => address.ToString())
        .Distinct();

    private static UdpReport Describe(NatBehavior behavior) => new()
    {
        Works = behavior.IsReachable,
        PublicEndPoint = behavior.PublicEndPoint?.ToString(),
        Mapping = !behavior.IsReachable ? null : behavior.Mapping switch
        {
            NatMapping.None => "none",
            NatMapping.EndpointIndependent => "endpoint-independent",
            NatMapping.AddressDependent => "address-dependent",
            NatMapping.AddressAndPortDependent => "address-and-port-dependent",
            NatMapping.Dependent => "dependent",
            _ => "unknown",
        },
        Filtering = !behavior.IsReachable ? null : behavior.Filtering switch
        {
            NatFiltering.EndpointIndependent => "endpoint-independent",
            NatFiltering.AddressDependent => "address-dependent",
            NatFiltering.AddressAndPortDependent => "address-and-port-dependent",
            _ => "unknown",
        },
        HairPinning = behavior.HairPinning,
        RoundTripMilliseconds = behavior.RoundTrip?.TotalMilliseconds,
    };

    // A host of its own for each, so that none waits for another's and each is dialed anew.
    private async Task<NodeCheck> CheckAsync(Multiaddress address, CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(NodePatience);
        var check = new NodeCheck { Address = address.ToString() };
        await using var host = new HostBuilder().UseTcp().UseWebSockets().UseRelayClient(o => o with { Reservations = 0 }).Build();
        var identified = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        host.Changed += change =>
        {
            if (change is HostEvent.PeerIdentified) identified.TrySetResult();
        };
        try
        {
            await host.StartAsync(patience.Token);
            var started = time.GetTimestamp();
            var connection = await host.ConnectAsync(address, patience.Token);
            check = check with { Reached = true, ConnectMilliseconds = time.GetElapsedTime(started).TotalMilliseconds };
            await identified.Task.WaitAsync(patience.Token);
            check = check with { Relays = host.Peers.ProtocolsOf(connection.RemotePeer).Contains(CircuitRelay.ProtocolId), Observed = connection.ObservedAddress?.ToString() };
            var pings = new PingService(host, time);
            for (var i = 0; i < Pings; i++)
            {
                var trip = (await pings.PingAsync(connection.RemotePeer, patience.Token)).TotalMilliseconds;
                check = check with { RoundTripMilliseconds = Math.Min(check.RoundTripMilliseconds ?? double.MaxValue, trip) };
            }

            return check;
        }
        catch (Libp2pException e)
        {
            return check with { Problem = e.Message };
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return check with { Problem = $"No answer within {NodePatience.TotalSeconds:0} s." };
        }
    }
}
