using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Causeway.Libp2p.Kademlia.Storage;
using Causeway.Libp2p.Kademlia.Wire;
using Causeway.Libp2p.Peers;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Kademlia;

/// <content>Providers: saying that we provide something, and finding who does.</content>
public sealed partial class KademliaDht
{
    // Keys that others are being told of, and whether they are still to be.
    private readonly ConcurrentDictionary<ReadOnlyMemory<byte>, bool> _providing = new(KeyComparer.Instance);

    /// <summary>
    /// Says that this node provides what the multihash names, now and again every <see cref="KademliaOptions.RepublishInterval"/> and when our addresses
    /// have changed and stay so for 30 seconds, until <see cref="StopProvidingAsync"/>.
    /// </summary>
    /// <returns>How many peers took it: 0 while the network cannot be reached or we have no address to tell; then it is tried again later.</returns>
    public async Task<int> ProvideAsync(Multihash key, CancellationToken cancellationToken = default)
    {
        CheckKey(key.Bytes, KademliaLimits.MaxProviderKeyLength);
        await _providers.SetOwnAsync(new ProvidedKey(key.Bytes), cancellationToken);
        return await ProvideAsync(key.Bytes, cancellationToken);
    }

    /// <summary>As above; of a CID only its hash counts.</summary>
    public Task<int> ProvideAsync(Cid cid, CancellationToken cancellationToken = default) => ProvideAsync(cid.Hash, cancellationToken);

    /// <summary>No longer says so. What others were told expires with them.</summary>
    public async Task StopProvidingAsync(Multihash key, CancellationToken cancellationToken = default)
    {
        _providing.TryUpdate(key.Bytes, newValue: false, comparisonValue: true);
        await _providers.RemoveOwnAsync(key.Bytes, cancellationToken);
        await _providers.RemoveAsync(key.Bytes, _host.Id, cancellationToken);
    }

    /// <summary>Who provides what the multihash names, as they are found, each once, without ourselves. Their addresses are in the host's peer store.</summary>
    /// <param name="key">The multihash.</param>
    /// <param name="count">Providers after which the search ends. Default 20, at least 1.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async IAsyncEnumerable<ProviderInfo> FindProvidersAsync(
        Multihash key, int count = 20, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        CheckKey(key.Bytes, KademliaLimits.MaxProviderKeyLength);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var found = Channel.CreateUnbounded<ProviderInfo>(new UnboundedChannelOptions { SingleReader = true });
        var search = Task.Run(() => SearchProvidersAsync(key.Bytes, count, found.Writer, ended.Token), CancellationToken.None);
        try
        {
            await foreach (var provider in found.Reader.ReadAllAsync(cancellationToken)) yield return provider;
        }
        finally
        {
            await ended.CancelAsync();
            await search;
        }
    }

    /// <summary>As above; of a CID only its hash counts.</summary>
    public IAsyncEnumerable<ProviderInfo> FindProvidersAsync(Cid cid, int count = 20, CancellationToken cancellationToken = default) =>
        FindProvidersAsync(cid.Hash, count, cancellationToken);

    private async Task SearchProvidersAsync(ReadOnlyMemory<byte> key, int count, ChannelWriter<ProviderInfo> found, CancellationToken cancellationToken)
    {
        var known = new HashSet<PeerId> { _host.Id };
        try
        {
            Report((await _providers.GetAsync(key, _time.GetUtcNow(), count, cancellationToken)).Select(static record => (record.Provider, record.Addresses)));
            if (!IsEnough()) await AskAsync();
            found.TryComplete();
        }
        catch (Exception error)
        {
            found.TryComplete(error);
        }

        Task AskAsync()
        {
            var request = new KademliaMessage(KademliaMessageType.GetProviders, key);
            return LookUpAsync(
                key,
                _options.BucketSize,
                async (peer, token) =>
                {
                    var answer = await _client.RequestAsync(peer, request, token);
                    Report(answer.ProviderPeers.Select(static provider => (provider.Peer, provider.Addresses)));
                    return answer.CloserPeers;
                },
                except: null,
                IsEnough,
                cancellationToken);
        }

        bool IsEnough()
        {
            lock (known) return known.Count > count;
        }

        void Report(IEnumerable<(PeerId Peer, IReadOnlyList<Multiaddress> Addresses)> providers)
        {
            foreach (var (peer, addresses) in providers)
            {
                lock (known)
                {
                    if (known.Count > count) return;
                    if (!known.Add(peer)) continue;
                }

                var usable = _policy.Usable(addresses);
                _host.Peers.AddAddresses(peer, usable, AddressLifetime.Discovered);
                found.TryWrite(new ProviderInfo(peer, usable));
            }
        }
    }

    private async Task<int> ProvideAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken)
    {
        _providing[key] = true;
        try
        {
            return await TellProvidedAsync(key, cancellationToken);
        }
        finally
        {
            if (_providing.TryRemove(key, out var isWanted) && !isWanted) await _providers.RemoveAsync(key, _host.Id, CancellationToken.None);
        }
    }

    private async Task<int> TellProvidedAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        var addresses = _policy.Tellable(_host.Addresses, toThisMachine: true);
        await _providers.AddAsync(new ProviderRecord(key, _host.Id, addresses, now + _options.ProviderValidity), cancellationToken);

        // Whoever is told of a provider without an address forgets it at once (go-libp2p, js-libp2p).
        if (addresses.Count == 0) return 0;
        var closest = await GetClosestPeersAsync(key, cancellationToken);
        _addresses.Told(addresses);
        var message = new KademliaMessage(KademliaMessageType.AddProvider, key) { ProviderPeers = [new KademliaPeer(_host.Id, addresses)] };
        var told = await ForEachAsync(closest, (peer, token) => _client.SendAsync(peer, message, token), cancellationToken);
        if (told > 0 && _providing.GetValueOrDefault(key)) await _providers.SetOwnAsync(new ProvidedKey(key, now), cancellationToken);
        return told;
    }
}
