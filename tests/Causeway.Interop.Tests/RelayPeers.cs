using Causeway.Libp2p.Hosts;
using Causeway.Multiformats;

namespace Causeway.Interop.Tests;

/// <summary>Waits for peers to have relays.</summary>
internal static class RelayPeers
{
    /// <summary>Lets a js peer find the relay, and returns its relayed address once it has one.</summary>
    public static async Task<string> ReserveAsync(JsPeer peer, string relay)
    {
        await peer.AskAsync("dial", new { address = relay });
        using var patience = new CancellationTokenSource(JsPeer.Patience);
        while (true)
        {
            var addresses = (await peer.AskAsync("multiaddrs"))["multiaddrs"]!.AsArray().Select(static a => (string)a!);
            if (addresses.FirstOrDefault(static a => a.Contains("/p2p-circuit", StringComparison.Ordinal)) is { } found) return found;
            await Task.Delay(20, patience.Token);
        }
    }

    /// <summary>Our relayed address, once there is one, with <c>/p2p</c>.</summary>
    public static async Task<string> RelayedAddressAsync(OurPeer peer)
    {
        var found = new TaskCompletionSource<Multiaddress>(TaskCreationOptions.RunContinuationsAsynchronously);
        void Look()
        {
            if (peer.Host.Addresses.FirstOrDefault(static address => address.IsRelayed) is { } relayed) found.TrySetResult(relayed);
        }

        peer.Host.Changed += change =>
        {
            if (change is HostEvent.AddressesChanged) Look();
        };
        Look();
        return (await found.Task.WaitAsync(JsPeer.Patience)).WithPeerId(peer.Host.Id).ToString();
    }
}
