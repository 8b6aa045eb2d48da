using System.Threading.Channels;
using Causeway.Libp2p.Kademlia.Lookups;
using Causeway.Libp2p.Kademlia.Routing;
using Causeway.Libp2p.Kademlia.Wire;
using Causeway.Libp2p.Peers;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Kademlia;

/// <content>Look-ups: the state machine driven over the network.</content>
public sealed partial class KademliaDht
{
    // Asks peer after peer until the look-up is over, enough is known, or its time is up; then it stands as it is.
    private async Task<Lookup> LookUpAsync(
        ReadOnlyMemory<byte> key,
        int required,
        Func<PeerId, CancellationToken, Task<IReadOnlyList<KademliaPeer>>> ask,
        PeerId? except,
        Func<bool>? enough,
        CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, this);
        using var limit = new CancellationTokenSource(_options.LookupTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token, cancellationToken, limit.Token);
        var target = KademliaKey.Of(key.Span);
        var options = new LookupOptions(
            required, _options.Concurrency, _options.DisjointPaths, Math.Min(required, _options.Resiliency), _options.MaxLookupRequests,
            MaxPeersPerAnswer: 2 * _options.BucketSize);
        var lookup = new Lookup(target, _host.Id, Seeds(target).Where(seed => !seed.Equals(except)), options);
        var heard = new HeardAddresses(lookup, options.MaxCandidates);
        var answers = Channel.CreateUnbounded<(PeerId Peer, IReadOnlyList<KademliaPeer>? Closer)>(new UnboundedChannelOptions { SingleReader = true });
        var running = 0;
        try
        {
            while (true)
            {
                for (; lookup.TryNext(out var next); running++) _ = AskAsync(next, heard.Take(next), ask, answers.Writer, either.Token);
                if (lookup.IsFinished || running == 0) break;
                var (peer, closer) = await answers.Reader.ReadAsync(either.Token);
                running--;
                if (closer is null) lookup.Failed(peer);
                else lookup.Answered(peer, Candidates(closer, heard, except));
                heard.Trim();
                if (enough?.Invoke() == true) lookup.Stop();
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested && !_stopping.IsCancellationRequested)
        {
            lookup.Stop();
        }
        catch (OperationCanceledException error) when (_stopping.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new ObjectDisposedException("The DHT was stopped.", error);
        }
        finally
        {
            await either.CancelAsync();
        }

        _log.LookupEnded(lookup.Requests, lookup.Hops, lookup.Closest(int.MaxValue).Count);
        return lookup;
    }

    // With too few in the routing table those that the user named are asked as well.
    private List<PeerId> Seeds(KademliaKey target)
    {
        var seeds = _table.Closest(target, _options.BucketSize);
        if (seeds.Count >= _options.MinRoutingTablePeers) return seeds;
        foreach (var address in _options.BootstrapPeers)
        {
            if (address.PeerId is not { } peer || peer.Equals(_host.Id)) continue;
            _host.Peers.AddAddresses(peer, [address], AddressLifetime.Discovered);
            if (!seeds.Contains(peer)) seeds.Add(peer);
        }

        return seeds;
    }

    private IEnumerable<PeerId> Candidates(IReadOnlyList<KademliaPeer> closer, HeardAddresses heard, PeerId? except)
    {
        foreach (var named in _policy.Usable(closer))
        {
            if (named.Peer.Equals(_host.Id) || named.Peer.Equals(except)) continue;
            if (named.Addresses.Count == 0 && !CanDial(named.Peer)) continue;
            heard.Add(named.Peer, named.Addresses);
            yield return named.Peer;
        }
    }

    private bool CanDial(PeerId peer) => _host.Connections.IsConnected(peer) || _host.Peers.AddressesOf(peer).Count > 0;

    private async Task AskAsync(
        PeerId peer,
        IReadOnlyList<Multiaddress> addresses,
        Func<PeerId, CancellationToken, Task<IReadOnlyList<KademliaPeer>>> ask,
        ChannelWriter<(PeerId Peer, IReadOnlyList<KademliaPeer>? Closer)> answers,
        CancellationToken cancellationToken)
    {
        IReadOnlyList<KademliaPeer>? closer = null;
        try
        {
            // Off the caller's stack: the first steps of a request may complete at once, one inside the other.
            await Task.Yield();
            MakeDialable(peer, addresses);
            closer = await ask(peer, cancellationToken);
            NoteAnswer(peer);
        }
        catch (Exception error)
        {
            if (!cancellationToken.IsCancellationRequested) NoteFailure(peer, "a look-up", error);
        }

        answers.TryWrite((peer, closer));
    }

    // What others say of addresses is kept for as long as it takes to dial, and only for those that are dialed.
    private void MakeDialable(PeerId peer, IReadOnlyList<Multiaddress> addresses)
    {
        if (_host.Connections.IsConnected(peer)) return;
        if (addresses.Count > 0) _host.Peers.AddAddresses(peer, addresses, AddressLifetime.Hearsay);
        else if (_host.Peers.AddressesOf(peer).Count == 0) _host.Peers.AddAddresses(peer, _table.AddressesOf(peer), AddressLifetime.Hearsay);
        if (!CanDial(peer)) throw new Libp2pException(Libp2pError.NoAddress, $"No address of {peer} is known.");
    }

    private void NoteAnswer(PeerId peer)
    {
        var addresses = _policy.Usable(_host.Peers.AddressesOf(peer));
        if (_policy.IsServer(addresses)) _table.TryAdd(peer, addresses, GroupsOf(peer), answered: true, _time.GetUtcNow());
    }

    private void NoteFailure(PeerId peer, string request, Exception error)
    {
        _log.RequestFailed(peer, request, error.Message);

        // Limits of our own say nothing of the peer.
        if (error is not Libp2pException { Error: Libp2pError.ResourceLimit }) _table.Remove(peer);
    }

    // Where a peer really is, not where it says that it is.
    private IPGroup[] GroupsOf(PeerId peer) => IPGroup.Of([.. _host.Connections.To(peer).Select(static connection => connection.RemoteAddress)]);
}
