using Causeway.Ipfs.Bitswap.Client;
using Causeway.Libp2p.Peers;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Bitswap;

/// <content>Finding and dialing providers, and being one.</content>
public sealed partial class BitswapExchange
{
    /// <summary>Connects to a peer and lets a session ask it.</summary>
    internal async Task AddProviderAsync(SessionCore session, PeerId peer, CancellationToken cancellationToken)
    {
        await _host.ConnectAsync(peer, _connecting, cancellationToken);
        if (!IsBanned(peer)) InClient(now => _client.AddProvider(session, peer, now));
    }

    /// <summary>Remembers where a peer can be reached.</summary>
    internal void AddAddresses(PeerId peer, IEnumerable<Multiaddress> addresses) => _host.Peers.AddAddresses(peer, addresses, AddressLifetime.Discovered);

    /// <summary>A tree is here.</summary>
    internal void OnFetched(Cid root)
    {
        if (Options.ProvideFetchedRoots) _ = ProvideQuietlyAsync(root);
    }

    private async Task SearchAsync(SessionCore session, Cid cid)
    {
        if (Options.MaxProviders == 0 || Routing is not { } routing) return;
        Logger.Searching(cid);
        var dials = new List<Task>();
        try
        {
            await foreach (var provider in routing.FindProvidersAsync(cid, Options.MaxProviders, _stopping.Token))
            {
                if (provider.Peer.Equals(_host.Id)) continue;
                AddAddresses(provider.Peer, provider.Addresses);
                dials.Add(DialAsync(session, provider.Peer, cid));
            }
        }
        catch (Exception error)
        {
            Logger.SearchFailed(cid, error.Message);
        }

        await Task.WhenAll(dials);
    }

    private async Task DialAsync(SessionCore session, PeerId peer, Cid cid)
    {
        try
        {
            await _dialing.WaitAsync(_stopping.Token);
            try
            {
                using var patience = new CancellationTokenSource(Options.DialTimeout, Time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _stopping.Token);
                await AddProviderAsync(session, peer, either.Token);
            }
            finally
            {
                _dialing.Release();
            }
        }
        catch (Exception error)
        {
            Logger.DialFailed(peer, cid, error.Message);
        }
    }

    private async Task ProvideQuietlyAsync(Cid cid)
    {
        try
        {
            await ProvideAsync(cid, _stopping.Token);
        }
        catch (Exception error)
        {
            Logger.ProvideFailed(cid, error.Message);
        }
    }
}
