using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Causeway.Libp2p;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Ping;
using Causeway.Libp2p.Relay;
using Causeway.Multiformats;
using Causeway.Network.PortMappings;
using Causeway.Network.Stun;
using Causeway.Network.Stun.Discovery;

namespace Causeway.Cli.Netcheck;

/// <summary>Finds out what the network lets through: UDP and the NAT before it, port mapping, nodes and their distance, and whether they can dial back. All at once, each with its time.</summary>
/// <param name="time">The clock.</param>
/// <param name="progress">Hears what is going on, line by line; null where nobody looks.</param>
internal sealed class NetworkCheck(TimeProvider time, Action<string>? progress = null)
{
    private const int Pings = 3;

    private static readonly TimeSpan NodePatience = TimeSpan.FromSeconds(15);

    // Nothing is to stay behind: a slow router gets its time to hear that, and forgets it by itself if it does not.
    private static readonly PortMapperOptions Briefly = new() { Lifetime = TimeSpan.FromMinutes(2), GoodbyeTimeout = TimeSpan.FromSeconds(20) };

    /// <summary>Runs every check.</summary>
    /// <param name="stunServers">Servers to ask over UDP.</param>
    /// <param name="nodes">Nodes to try, and to have dial back.</param>
    /// <param name="mapsPorts">Whether the router is asked to forward a port for the time of the check.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<NetcheckReport> RunAsync(IReadOnlyList<IPEndPoint> stunServers, IReadOnlyList<Multiaddress> nodes, bool mapsPorts, CancellationToken cancel)
    {
        var reach = CheckReachAsync(nodes, mapsPorts, cancel);
        var ipv4 = CheckAsync(AddressFamily.InterNetwork, stunServers, cancel);
        var ipv6 = CheckAsync(AddressFamily.InterNetworkV6, stunServers, cancel);
        var checks = Task.WhenAll(nodes.Select(node => CheckAsync(node, cancel)));
        await Task.WhenAll(ipv4, ipv6, checks, reach);
        return new NetcheckReport { Ipv4 = await ipv4, Ipv6 = await ipv6, Router = (await reach).Router, Reach = (await reach).Reach, Nodes = await checks };
    }

    // The nodes dial back when the router has answered: what it forwards is to be tried, too.
    private async Task<(RouterReport? Router, ReachReport? Reach)> CheckReachAsync(IReadOnlyList<Multiaddress> nodes, bool mapsPorts, CancellationToken cancel)
    {
        if (nodes.Count == 0 && !mapsPorts) return default;
        var isClosed = nodes.Count > 0 && nodes.All(static n => n.IsLocal);
        await using var mapper = mapsPorts ? new PortMapper(Briefly, time) : null;
        await using var check = await ReachCheck.StartAsync(isClosed, mapper, time, cancel);
        RouterReport? router = null;
        if (mapper is not null)
        {
            progress?.Invoke("asking the router to forward a port (at most 10 s)");
            router = await RouterCheck.RunAsync(mapper, check.Port, time, cancel);
            progress?.Invoke(router.Forwarded is null ? "the router forwards none" : "the router forwards one");
        }

        if (nodes.Count == 0) return (router, null);
        progress?.Invoke("having nodes dial this machine (at most 40 s)");
        var reach = await check.RunAsync(nodes, cancel);
        progress?.Invoke("nodes have dialed, or could not");
        return (router, reach);
    }

    private async Task<FamilyReport> CheckAsync(AddressFamily family, IReadOnlyList<IPEndPoint> stunServers, CancellationToken cancel)
    {
        var servers = stunServers.Where(s => s.AddressFamily == family).ToArray();
        var report = new FamilyReport { Addresses = [.. OwnAddresses(family)] };
        if (servers.Length == 0) return report;
        var name = family == AddressFamily.InterNetwork ? "IPv4" : "IPv6";
        progress?.Invoke($"asking STUN servers by UDP over {name} (at most 8 s where it is blocked)");
        report = report with { Udp = Describe(await new NatDiscovery(family, time).DiscoverAsync(servers, cancel)) };
        progress?.Invoke($"UDP over {name} is done");
        return report;
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
