using System.Net.Sockets;
using Causeway.Libp2p.Connections;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Security.PrivateNetworks;
using Causeway.Libp2p.Transports;
using Causeway.Multiformats;

namespace Causeway.Libp2p.AutoNat.Server;

/// <summary>
/// Dials back from hosts that live for one dial each: with an identity, ports and limits of their own, and no connection that could be reused. From the
/// port of our listener a dial could come through a NAT that the client opened by dialing us.
/// </summary>
internal sealed class DialBackHosts(
    IReadOnlyList<ITransport> transports, AutoNatOptions options, TimeProvider time, Func<AddressFamily, bool> hasFamily, PreSharedKey? network = null)
{
    /// <summary>Whether an address may be dialed: an IP address (a name could lead anywhere) that is public, not relayed, and of a family that we have.</summary>
    public bool MayDial(Multiaddress address) =>
        !address.IsRelayed && address.TryGetIPAddress(out var ip) && !address.IsUnspecified && (options.AllowPrivate || (address.IsPublic && hasFamily(ip.AddressFamily)));

    /// <summary>Whether an address may be dialed and a transport knows how. None with a path: we fetch nothing from web servers that others name.</summary>
    public bool CanDial(Multiaddress address) => MayDial(address) && !address.Has("http-path") && transports.Any(transport => transport.CanDial(address));

    /// <summary>Dials one of the addresses, and hands the connection to <paramref name="use"/>.</summary>
    /// <returns>What <paramref name="use"/> returned, or <paramref name="failed"/> where no address could be dialed.</returns>
    public async Task<T> DialAsync<T>(
        PeerId peer, IReadOnlyList<Multiaddress> addresses, T failed, Func<IConnection, CancellationToken, Task<T>> use, CancellationToken cancellationToken)
    {
        await using var host = Create();
        await host.StartAsync(cancellationToken);
        IConnection connection;
        try
        {
            connection = await host.ConnectAsync(peer, new ConnectOptions { RequireDirect = true, Addresses = addresses }, cancellationToken);
        }
        catch (Libp2pException)
        {
            return failed;
        }

        return await use(connection, cancellationToken);
    }

    private IHost Create()
    {
        var builder = new HostBuilder().UseTime(time).Configure(host => host with
        {
            ServePing = false,
            DrainTimeout = TimeSpan.FromSeconds(1),
            Dial = host.Dial with { Timeout = options.Server.DialTimeout, MaxAddresses = 16 },
        });
        foreach (var transport in transports) builder.UseTransport(transport);
        if (network is not null) builder.UsePrivateNetwork(network);
        return builder.Build();
    }
}
