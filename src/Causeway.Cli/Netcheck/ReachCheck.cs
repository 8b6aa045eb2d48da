using System.Net.Sockets;
using System.Threading.Channels;
using Causeway.Libp2p;
using Causeway.Libp2p.AutoNat;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Observations;
using Causeway.Libp2p.PortMapping;
using Causeway.Multiformats;
using Causeway.Network.PortMappings;

namespace Causeway.Cli.Netcheck;

/// <summary>Listens for the time of the check, and has nodes dial back (AutoNAT).</summary>
internal sealed class ReachCheck : IAsyncDisposable
{
    // A node that cannot dial back says so after ten seconds; there may be several addresses.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    // Once something is known, other addresses get this long.
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(3);

    private readonly IHost _host;
    private readonly TimeProvider _time;

    private ReachCheck(IHost host, TimeProvider time) => (_host, _time) = (host, time);

    /// <summary>The TCP port that is listened on.</summary>
    public int Port => _host.ListenAddresses.Select(static a => a.TryGetTcpEndPoint(out var bound) ? bound.Port : 0).FirstOrDefault(static port => port != 0);

    /// <summary>Begins to listen.</summary>
    /// <param name="isClosed">Whether private addresses count: where all nodes have private ones.</param>
    /// <param name="mapper">What asks the router to forward the port; null for nothing.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<ReachCheck> StartAsync(bool isClosed, PortMapper? mapper, TimeProvider time, CancellationToken cancel)
    {
        var builder = new HostBuilder()
            .UseTcp()
            .UseWebSockets()
            .Listen(Socket.OSSupportsIPv6 ? ["/ip4/0.0.0.0/tcp/0", "/ip6/::/tcp/0"] : ["/ip4/0.0.0.0/tcp/0"])
            .UseObservedAddresses(new ObservedAddressesOptions { AllowPrivate = isClosed })
            .UseAutoNat(new AutoNatOptions { UseServer = false, AllowPrivate = isClosed });
        if (mapper is not null) builder.UsePortMapping(mapper);
        var check = new ReachCheck(builder.Build(), time);
        try
        {
            await check._host.StartAsync(cancel);
            return check;
        }
        catch
        {
            await check.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks the nodes, until something is known or the time is over.</summary>
    public async Task<ReachReport> RunAsync(IReadOnlyList<Multiaddress> nodes, CancellationToken cancel)
    {
        var autoNat = _host.Component<AutoNatService>()!;
        var news = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        autoNat.Judged += () => news.Writer.TryWrite(true);
        using var patience = new CancellationTokenSource(Patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, patience.Token);
        if ((await Task.WhenAll(nodes.Select(node => ConnectAsync(node, either.Token)))).Contains(true))
        {
            while (await HasNewsAsync(news.Reader, either.Token))
            {
            }
        }

        cancel.ThrowIfCancellationRequested();
        return new ReachReport
        {
            Reachability = _host.Reachability switch { Reachability.Public => "public", Reachability.Private => "private", _ => "unknown" },
            Reachable = [.. autoNat.Reachable.Select(static a => a.ToString())],
            Unreachable = [.. autoNat.Unreachable.Select(static a => a.ToString())],
        };
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private async Task<bool> ConnectAsync(Multiaddress node, CancellationToken cancel)
    {
        try
        {
            await _host.ConnectAsync(node, cancel);
            return true;
        }
        catch (Exception e) when (e is Libp2pException or OperationCanceledException)
        {
            // The check of the node itself says why.
            return false;
        }
    }

    private async Task<bool> HasNewsAsync(ChannelReader<bool> news, CancellationToken cancel)
    {
        using var enough = new CancellationTokenSource(_host.Reachability == Reachability.Unknown ? Timeout.InfiniteTimeSpan : Settling, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, enough.Token);
        try
        {
            return await news.ReadAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
