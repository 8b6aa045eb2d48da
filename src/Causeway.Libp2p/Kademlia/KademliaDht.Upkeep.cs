using System.Security.Cryptography;
using Causeway.Libp2p.Kademlia.Routing;
using Causeway.Libp2p.Kademlia.Storage;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Kademlia;

/// <content>Upkeep: refreshing the routing table, republishing, expiry.</content>
public sealed partial class KademliaDht
{
    // Buckets beyond this are not looked up: a key for one takes 2^16 hashes to find, and few networks have anybody there (go-libp2p-kad-dht: 15).
    private const int MaxRefreshedBucket = 15;

    // Of what wakes the upkeep up before its time much may come at once, such as the first peers after the start.
    private static readonly TimeSpan WakeDelay = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _wake = new(0, 1);
    private long _refreshedAt;

    /// <summary>
    /// Refreshes the routing table now (kad-dht spec, "Bootstrap process"): looks up ourselves and somebody for every bucket, and asks peers that were not
    /// of use for a while whether they are still there. Happens by itself at the start, every <see cref="KademliaOptions.RefreshInterval"/>, and when
    /// few peers are known.
    /// </summary>
    public async Task RefreshAsync(CancellationToken cancellationToken = default)
    {
        await LookUpAsync(_host.Id.Bytes, _options.BucketSize, FindNode(_host.Id.Bytes), except: null, enough: null, cancellationToken);
        var buckets = Math.Min(_table.BucketSizes().Length, MaxRefreshedBucket + 1);
        for (var bucket = 0; bucket < buckets; bucket++)
        {
            var key = KeyIn(bucket);
            await LookUpAsync(key, _options.Resiliency, FindNode(key), except: null, enough: null, cancellationToken);
        }

        await CheckAsync(cancellationToken);
        Volatile.Write(ref _refreshedAt, _time.GetUtcNow().UtcTicks);
        _log.Refreshed(_table.Count);
    }

    /// <summary>Gives what is due to the closest peers again: keys that this node provides and values that it put.</summary>
    internal async Task RepublishAsync(CancellationToken cancellationToken)
    {
        var (keys, values) = (0, 0);
        var due = _time.GetUtcNow() - _options.RepublishInterval;
        foreach (var key in await _providers.GetOwnAsync(cancellationToken))
        {
            if (key.ProvidedAt is { } at && at > due && at > _addresses.ChangedAt) continue;
            if (await ProvideAsync(key.Key, cancellationToken) > 0) keys++;
        }

        foreach (var record in await _records.GetOwnAsync(cancellationToken))
        {
            if (record.PublishedAt is { } at && at > due) continue;
            if (!_validators.IsValid(record.Key.Span, record.Value.Span, _time.GetUtcNow())) await _records.RemoveAsync(record.Key, cancellationToken);
            else if (await PublishAsync(record, cancellationToken) > 0) values++;
        }

        if (keys + values > 0) _log.Republished(keys, values);
    }

    /// <summary>Removes what is too old.</summary>
    internal async Task ExpireAsync(CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        await _providers.RemoveExpiredAsync(now, cancellationToken);
        await _records.RemoveExpiredAsync(now - _options.RecordValidity, cancellationToken);
    }

    private async Task UpkeepAsync()
    {
        var stopping = _stopping.Token;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                if (_table.Count < _options.MinRoutingTablePeers || _time.GetUtcNow().UtcTicks - Volatile.Read(ref _refreshedAt) >= _options.RefreshInterval.Ticks) await RefreshAsync(stopping);
                if (_table.Count > 0) await RepublishAsync(stopping);
                await ExpireAsync(stopping);
                await SaveAsync();
            }
            catch (Exception error) when (!stopping.IsCancellationRequested)
            {
                _log.UpkeepFailed(error);
            }
            catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }

            await WaitAsync(stopping);
        }
    }

    private async Task WaitAsync(CancellationToken stopping)
    {
        using var interval = new CancellationTokenSource(NextInterval(), _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, interval.Token);
        try
        {
            await _wake.WaitAsync(either.Token);
            await Task.Delay(WakeDelay, _time, stopping);
        }
        catch (OperationCanceledException)
        {
            // The interval is over, or the node stops.
        }
    }

    // With nobody there, or too few, the bootstrap peers are asked again soon.
    private TimeSpan NextInterval() =>
        _table.Count < _options.MinRoutingTablePeers && _options.BootstrapPeers.Length > 0
            ? TimeSpan.FromTicks(Math.Min(_options.RefreshInterval.Ticks, TimeSpan.FromMinutes(1).Ticks))
            : _options.RefreshInterval;

    private void Wake()
    {
        try
        {
            _wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is awake already.
        }
    }

    // Peers that have not answered for a while are asked; those that do not answer leave.
    private Task<int> CheckAsync(CancellationToken cancellationToken)
    {
        var before = _time.GetUtcNow() - _options.UsefulnessGrace;
        var silent = _table.Select(entry => (entry.Peer, IsSilent: entry.LastSeenAt < before)).Where(static entry => entry.IsSilent).Select(static entry => entry.Peer);
        var ask = FindNode(_host.Id.Bytes);
        return ForEachAsync(
            silent,
            async (peer, token) =>
            {
                try
                {
                    MakeDialable(peer, []);
                    await ask(peer, token);
                    NoteAnswer(peer);
                }
                catch (Exception error) when (!token.IsCancellationRequested)
                {
                    NoteFailure(peer, "a check", error);
                    throw;
                }
            },
            cancellationToken);
    }

    // A peer ID's form, so that any implementation takes it, whose place shares this many bits with ours.
    private byte[] KeyIn(int bucket)
    {
        var key = new byte[34];
        (key[0], key[1]) = ((byte)MultihashCode.Sha2_256, 32);
        do
        {
            RandomNumberGenerator.Fill(key.AsSpan(2));
        }
        while (KademliaKey.Of(key).CommonPrefixLength(_table.Self) != bucket);
        return key;
    }
}
