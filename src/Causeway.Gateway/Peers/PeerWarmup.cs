using Causeway.Cryptography.Keys;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Gateway.Peers;

/// <summary>
/// Runs the path of a first page once: .NET compiles code when it is first used, which would make the first page wait some 250 ms for its peer instead of one.
/// </summary>
public static class PeerWarmup
{
    /// <summary>Creates two peers that nobody else can reach, connects them in memory, and lets them go. Never throws: it is only a help.</summary>
    public static async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var factory = new Libp2pPeerFactory(new PeerNetworkOptions { Listen = [], Mdns = false }, NullLoggerFactory.Instance);
            using var one = PrivateKey.Generate();
            using var other = PrivateKey.Generate();
            await using var first = await factory.CreateAsync(one, NullLoggerFactory.Instance, cancellationToken);
            await using var second = await factory.CreateAsync(other, NullLoggerFactory.Instance, cancellationToken);
            _ = PeerKeyText.Format(one);
            await first.Host.ConnectAsync(second.LocalAddresses[0].WithPeerId(second.Host.Id), cancellationToken);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The first page finds out by itself.
        }
    }
}
