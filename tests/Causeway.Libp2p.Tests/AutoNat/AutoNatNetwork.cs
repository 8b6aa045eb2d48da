using System.Net;
using Causeway.Libp2p.AutoNat;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Observations;
using Causeway.Libp2p.Security.PrivateNetworks;
using Causeway.Libp2p.Streams;
using Causeway.Libp2p.Tests.Hosts;
using Causeway.Libp2p.Tests.Support;
using Causeway.Multiformats;
using Microsoft.Extensions.Logging.Abstractions;
using static Causeway.Libp2p.Tests.Some;

namespace Causeway.Libp2p.Tests.AutoNat;

/// <summary>Servers with public addresses, and hosts that want to know whether they can be dialed.</summary>
internal sealed class AutoNatNetwork : IAsyncDisposable
{
    private readonly List<IHost> _hosts = [];

    /// <summary>The clock of AutoNAT where a test moves none: nothing times out on a busy machine, and a flood takes less than a minute on any.</summary>
    public static TimeProvider Standing { get; } = new ManualTimeProvider();

    public SimulatedInternet Internet { get; } = new();

    /// <summary>The address family that servers have.</summary>
    public static bool HasFamily(System.Net.Sockets.AddressFamily family) => family == System.Net.Sockets.AddressFamily.InterNetwork;

    /// <summary>A public server, and the machine that it dials back from.</summary>
    public async Task<(IHost Host, SimulatedMachine Machine)> ServerAsync(string address, AutoNatServerOptions? limits = null, PreSharedKey? network = null)
    {
        var machine = Internet.Machine(address);
        var options = new AutoNatOptions { UseClient = false, Server = limits ?? new AutoNatServerOptions { MaxDialDelay = TimeSpan.Zero } };
        var host = await StartAsync(machine, builder => In(network, builder).Use(
            host => new AutoNatService(host, [machine.WithoutReuse()], options, Standing, NullLoggerFactory.Instance, HasFamily) { Network = network }));
        return (host, machine);
    }

    /// <summary>A host that asks. The clock is that of observation and AutoNAT only: connections must not time out when a test moves it.</summary>
    public Task<IHost> ClientAsync(
        string address, SimulatedNat? nat = null, AutoNatOptions? options = null, TimeProvider? time = null, bool reusePort = true, PreSharedKey? network = null)
    {
        options = (options ?? new AutoNatOptions()) with { UseServer = false };
        time ??= Standing;
        return StartAsync(Internet.Machine(address, nat, reusePort), builder => In(network, builder)
            .Use(host => new ObservedAddresses(host, new ObservedAddressesOptions(), time, NullLoggerFactory.Instance, () => [IPAddress.Parse(address)]))
            .Use(host => new AutoNatService(host, [], options, time, NullLoggerFactory.Instance, HasFamily)));
    }

    /// <summary>A host that does neither, with whatever the test adds.</summary>
    public async Task<IHost> StartAsync(SimulatedMachine machine, Action<HostBuilder>? configure = null)
    {
        var builder = new HostBuilder();
        configure?.Invoke(builder);
        var host = builder.UseTransport(machine).Listen($"/ip4/{machine.Address}/tcp/4001").Build();
        _hosts.Add(host);
        await host.StartAsync(Patience);
        return host;
    }

    /// <summary>Connects, and returns when both know what the other speaks.</summary>
    public static async Task ConnectAsync(IHost from, IHost to)
    {
        using var events = new EventLog(from);
        await from.ConnectAsync(to.Addresses[0].WithPeerId(to.Id), Patience);
        await events.NextAsync<HostEvent.PeerIdentified>(e => e.Peer.Equals(to.Id));
    }

    /// <summary>
    /// Completes when a host knows that it is reachable, or not. A dial-back that a busy machine has not answered in time is asked for again after 90
    /// seconds, and again: that long it must be waited for.
    /// </summary>
    public static async Task BecomesAsync(IHost host, Reachability reachability)
    {
        var became = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void OnChanged(HostEvent change)
        {
            if (change is HostEvent.ReachabilityChanged now && now.Reachability == reachability) became.TrySetResult();
        }

        host.Changed += OnChanged;
        try
        {
            if (host.Reachability != reachability) await became.Task.WaitAsync(TimeSpan.FromMinutes(5));
        }
        finally
        {
            host.Changed -= OnChanged;
        }
    }

    /// <summary>A stream to a server, spoken by hand.</summary>
    public static async Task<Libp2pStream> AskAsync(IHost from, IHost server, string protocol)
    {
        if (!from.Connections.IsConnected(server.Id)) await from.ConnectAsync(server.Addresses[0].WithPeerId(server.Id), Patience);
        return await from.OpenStreamAsync(server.Id, [protocol], Patience);
    }

    /// <summary>What a machine has dialed so far, without what it dials from now on.</summary>
    public static IReadOnlyList<Multiaddress> DialedBy(SimulatedMachine machine)
    {
        var dialed = new List<Multiaddress>();
        while (machine.Dialed.Reader.TryRead(out var address)) dialed.Add(address);
        return dialed;
    }

    private static HostBuilder In(PreSharedKey? network, HostBuilder builder) => network is null ? builder : builder.UsePrivateNetwork(network);

    public async ValueTask DisposeAsync() => await Task.WhenAll(_hosts.Select(static host => host.DisposeAsync().AsTask()));
}
