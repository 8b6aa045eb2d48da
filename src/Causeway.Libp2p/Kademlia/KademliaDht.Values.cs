using System.Collections.Concurrent;
using Causeway.Libp2p.Kademlia.Lookups;
using Causeway.Libp2p.Kademlia.Storage;
using Causeway.Libp2p.Kademlia.Wire;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Kademlia;

/// <content>Values: putting, getting, correcting.</content>
public sealed partial class KademliaDht
{
    /// <summary>
    /// Stores a value here and with the peers closest to its key, and republishes it every <see cref="KademliaOptions.RepublishInterval"/>.
    /// </summary>
    /// <param name="key">The key, <c>/namespace/…</c>; at most <see cref="KademliaLimits.MaxKeyLength"/> bytes.</param>
    /// <param name="value">The value; at most <see cref="KademliaLimits.MaxValueLength"/> bytes.</param>
    /// <param name="cancellationToken">Ends the attempt; the value stays stored here.</param>
    /// <returns>How many peers took it: 0 while the network cannot be reached, then it is tried again later.</returns>
    /// <exception cref="Libp2pException">The value is not valid under the key, or a better one is known here.</exception>
    public async Task<int> PutValueAsync(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value, CancellationToken cancellationToken = default)
    {
        CheckKey(key, KademliaLimits.MaxKeyLength);
        var now = _time.GetUtcNow();
        if (!_validators.IsValid(key.Span, value.Span, now))
        {
            throw new Libp2pException(
                Libp2pError.InvalidArgument, "The value is not valid under this key; keys look like /namespace/…, and the namespace's validator must accept the value.");
        }

        if (await FindLocalAsync(key, cancellationToken) is { } held && _validators.IsBetter(key.Span, held.Span, value.Span))
            throw new Libp2pException(Libp2pError.InvalidArgument, "A better value is known under this key; an IPNS record needs a higher sequence number.");
        var record = new StoredRecord(key.ToArray(), value.ToArray(), now, IsOwn: true);
        await _records.PutAsync(record, cancellationToken);
        return await PublishAsync(record, cancellationToken);
    }

    /// <summary>The best value that is found under a key; null where there is none. Peers with a worse one or none get the best.</summary>
    /// <param name="key">The key.</param>
    /// <param name="quorum">Valid answers after which the search ends; null for <see cref="KademliaOptions.Quorum"/>.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async Task<ReadOnlyMemory<byte>?> GetValueAsync(ReadOnlyMemory<byte> key, int? quorum = null, CancellationToken cancellationToken = default)
    {
        CheckKey(key, KademliaLimits.MaxKeyLength);
        var wanted = quorum ?? _options.Quorum;
        ArgumentOutOfRangeException.ThrowIfLessThan(wanted, 1, nameof(quorum));
        var local = await FindLocalAsync(key, cancellationToken);
        var found = new FoundValues(candidate => _validators.IsValid(key.Span, candidate, _time.GetUtcNow()), (a, b) => _validators.IsBetter(key.Span, a, b));
        if (local is { } own) found.Add(_host.Id, own);
        if (found.Count >= wanted) return found.Best;

        var request = new KademliaMessage(KademliaMessageType.GetValue, key);
        var lookup = await LookUpAsync(
            key,
            _options.BucketSize,
            async (peer, token) =>
            {
                var answer = await _client.RequestAsync(peer, request, token);
                if (answer.Record is { } record && record.Key.Span.SequenceEqual(key.Span)) found.Add(peer, record.Value);
                return answer.CloserPeers;
            },
            except: null,
            () => found.Count >= wanted,
            cancellationToken);
        if (found.Best is not { } best) return null;
        Correct(key, best, found, lookup);
        return best;
    }

    private async ValueTask<ReadOnlyMemory<byte>?> FindLocalAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        return await _records.GetAsync(key, cancellationToken) is { } held
            && (held.IsOwn || held.ReceivedAt + _options.RecordValidity > now)
            && _validators.IsValid(key.Span, held.Value.Span, now)
                ? held.Value
                : (ReadOnlyMemory<byte>?)null;
    }

    // Entry correction (kad-dht spec, "Value retrieval"): whoever showed a worse value, and of the closest who had none.
    private void Correct(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> best, FoundValues found, Lookup lookup)
    {
        var outdated = lookup.Closest(_options.BucketSize).Union(found.Outdated).Where(peer => !found.HasBest(peer)).ToList();
        if (outdated.Count == 0) return;
        var request = PutRequest(key, best);
        _ = Task.Run(async () =>
        {
            if (outdated.Remove(_host.Id)) await _records.PutAsync(new StoredRecord(key, best, _time.GetUtcNow()), _stopping.Token);
            await ForEachAsync(outdated, (peer, token) => PutAsync(peer, request, token), _stopping.Token);
        });
    }

    private async Task<int> PublishAsync(StoredRecord record, CancellationToken cancellationToken)
    {
        var closest = await GetClosestPeersAsync(record.Key, cancellationToken);
        var request = PutRequest(record.Key, record.Value);
        var stored = await ForEachAsync(closest, (peer, token) => PutAsync(peer, request, token), cancellationToken);
        if (stored > 0) await _records.PutAsync(record with { PublishedAt = _time.GetUtcNow() }, cancellationToken);
        return stored;
    }

    private KademliaMessage PutRequest(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value) =>
        new(KademliaMessageType.PutValue, key) { Record = new KademliaRecord(key, value) { ReceivedAt = _time.GetUtcNow() } };

    private async Task PutAsync(PeerId peer, KademliaMessage request, CancellationToken cancellationToken)
    {
        var answer = await _client.RequestAsync(peer, request, cancellationToken);
        if (answer.Record?.Value.Span.SequenceEqual(request.Record!.Value.Span) != true)
            throw new Libp2pException(Libp2pError.ProtocolViolation, $"{peer} did not confirm the value.");
    }

    // Sends to many, a few at a time; returns how many took it.
    private async Task<int> ForEachAsync(IEnumerable<PeerId> peers, Func<PeerId, CancellationToken, Task> send, CancellationToken cancellationToken)
    {
        var taken = new ConcurrentBag<PeerId>();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping.Token);
        await Parallel.ForEachAsync(
            peers,
            new ParallelOptions { MaxDegreeOfParallelism = _options.Concurrency, CancellationToken = either.Token },
            async (peer, token) =>
            {
                try
                {
                    await send(peer, token);
                    taken.Add(peer);
                }
                catch (Exception error) when (!token.IsCancellationRequested)
                {
                    _log.RequestFailed(peer, "a record", error.Message);
                }
            });
        return taken.Count;
    }
}
