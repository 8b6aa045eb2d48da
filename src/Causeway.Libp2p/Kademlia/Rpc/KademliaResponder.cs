using Causeway.Libp2p.Connections;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Kademlia.Records;
using Causeway.Libp2p.Kademlia.Routing;
using Causeway.Libp2p.Kademlia.Storage;
using Causeway.Libp2p.Kademlia.Wire;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Kademlia.Rpc;

/// <summary>Answers requests from the routing table and the stores (kad-dht spec, "RPC messages").</summary>
internal sealed class KademliaResponder(
    IHost host, RoutingTable table, IRecordStore records, IProviderStore providers, RecordValidators validators, AddressPolicy policy,
    KademliaOptions options, TimeProvider time)
{
    /// <summary>The answer; null where the request has none.</summary>
    /// <exception cref="Libp2pException">The request is refused.</exception>
    public async ValueTask<KademliaMessage?> AnswerAsync(IConnection connection, KademliaMessage request, CancellationToken cancellationToken)
    {
        if (request.Type == KademliaMessageType.Ping) return new KademliaMessage(KademliaMessageType.Ping, request.Key);
        if (request.Key.IsEmpty) throw Refused("The request names no key.");
        switch (request.Type)
        {
            case KademliaMessageType.FindNode:
                return FindNode(connection, request.Key);
            case KademliaMessageType.GetValue:
                return new KademliaMessage(request.Type, request.Key)
                {
                    Record = await FindRecordAsync(request.Key, cancellationToken),
                    CloserPeers = Closest(connection, request.Key),
                };
            case KademliaMessageType.PutValue:
                return await PutAsync(request, cancellationToken);
            case KademliaMessageType.GetProviders:
                return await GetProvidersAsync(connection, request.Key, cancellationToken);
            default:
                await AddProviderAsync(connection, request, cancellationToken);
                return null;
        }
    }

    private static Libp2pException Refused(string reason) => new(Libp2pError.ProtocolViolation, reason);

    // The peer that is searched for is told wherever it is known, be it a server, a client or ourselves.
    private KademliaMessage FindNode(IConnection connection, ReadOnlyMemory<byte> key)
    {
        var closer = Closest(connection, key);
        if (PeerId.TryFromBytes(key.Span, out var wanted) && !closer.Any(peer => peer.Peer.Equals(wanted)) && Describe(connection, wanted) is { } known)
        {
            closer.Insert(0, known);
        }

        return new KademliaMessage(KademliaMessageType.FindNode, key) { CloserPeers = closer };
    }

    private async ValueTask<KademliaRecord?> FindRecordAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken)
    {
        var stored = await records.GetAsync(key, cancellationToken);
        var now = time.GetUtcNow();
        if (stored is not null && (stored.IsOwn || stored.ReceivedAt + options.RecordValidity > now) && validators.IsValid(key.Span, stored.Value.Span, now))
        {
            return new KademliaRecord(key, stored.Value) { ReceivedAt = stored.ReceivedAt };
        }

        return RecordKey.TryGetPeer(key.Span, PublicKeyRecordValidator.Namespace, out var peer) && KeyOf(peer) is { } publicKey
            ? new KademliaRecord(key, publicKey) { ReceivedAt = now }
            : null;
    }

    private byte[]? KeyOf(PeerId peer) => (peer.Equals(host.Id) ? host.Identity.PublicKey : host.Peers.KeyOf(peer))?.ToProtobuf();

    private async ValueTask<KademliaMessage> PutAsync(KademliaMessage request, CancellationToken cancellationToken)
    {
        if (request.Record is not { } record || !record.Key.Span.SequenceEqual(request.Key.Span)) throw Refused("The record's key is not the request's.");
        var now = time.GetUtcNow();
        if (!validators.IsValid(record.Key.Span, record.Value.Span, now)) throw Refused("The record is not valid.");
        var held = await records.GetAsync(record.Key, cancellationToken);
        if (held is not null && validators.IsValid(held.Key.Span, held.Value.Span, now) && validators.IsBetter(record.Key.Span, held.Value.Span, record.Value.Span))
        {
            throw Refused("A better record is known.");
        }

        // What the user put here stays theirs, to be republished, for as long as it is the same.
        var isSame = held?.Value.Span.SequenceEqual(record.Value.Span) == true;
        await records.PutAsync(isSame ? held! with { ReceivedAt = now } : new StoredRecord(record.Key, record.Value, now), cancellationToken);
        return request with { CloserPeers = [], ProviderPeers = [] };
    }

    private async ValueTask<KademliaMessage> GetProvidersAsync(IConnection connection, ReadOnlyMemory<byte> key, CancellationToken cancellationToken)
    {
        if (key.Length > KademliaLimits.MaxProviderKeyLength) throw Refused("The key is too long for providers.");
        var found = await providers.GetAsync(key, time.GetUtcNow(), options.MaxProvidersPerAnswer, cancellationToken);
        var told = new List<KademliaPeer>(found.Count);
        foreach (var record in found)
        {
            // Where it is connected, what the provider says of itself now counts for more than what it said then.
            IReadOnlyList<Multiaddress> addresses = record.Provider.Equals(host.Id) || host.Connections.IsConnected(record.Provider)
                ? [.. AddressesOf(record.Provider).Union(record.Addresses)]
                : record.Addresses;
            told.Add(new KademliaPeer(record.Provider, policy.Tellable(addresses, IsHere(connection)), ConnectionTo(record.Provider)));
        }

        return new KademliaMessage(KademliaMessageType.GetProviders, key) { CloserPeers = Closest(connection, key), ProviderPeers = told };
    }

    private async ValueTask AddProviderAsync(IConnection connection, KademliaMessage request, CancellationToken cancellationToken)
    {
        if (request.Key.Length > KademliaLimits.MaxProviderKeyLength) throw Refused("The key is too long for providers.");
        var provider = request.ProviderPeers.FirstOrDefault(peer => peer.Peer.Equals(connection.RemotePeer))
            ?? throw Refused("Only a provider itself can say that it provides.");
        var addresses = policy.Usable(provider.Addresses);
        await providers.AddAsync(new ProviderRecord(request.Key, provider.Peer, addresses, time.GetUtcNow() + options.ProviderValidity), cancellationToken);
    }

    private List<KademliaPeer> Closest(IConnection connection, ReadOnlyMemory<byte> key)
    {
        var closest = table.Closest(KademliaKey.Of(key.Span), options.BucketSize, except: connection.RemotePeer);
        var described = new List<KademliaPeer>(closest.Count);
        foreach (var peer in closest)
        {
            if (Describe(connection, peer) is { } known) described.Add(known);
        }

        return described;
    }

    // A peer without an address is of no use to anybody.
    private KademliaPeer? Describe(IConnection connection, PeerId peer) =>
        policy.Tellable(AddressesOf(peer), IsHere(connection)) is { Count: > 0 } addresses ? new KademliaPeer(peer, addresses, ConnectionTo(peer)) : null;

    private IReadOnlyList<Multiaddress> AddressesOf(PeerId peer)
    {
        if (peer.Equals(host.Id)) return host.Addresses;
        var known = host.Peers.AddressesOf(peer);
        return known.Count > 0 ? known : table.AddressesOf(peer);
    }

    private KademliaConnection ConnectionTo(PeerId peer) =>
        host.Connections.IsConnected(peer) ? KademliaConnection.Connected : KademliaConnection.NotConnected;

    private static bool IsHere(IConnection connection) => connection.RemoteAddress.IsLoopback || !connection.RemoteAddress.TryGetIPAddress(out _);
}
