using System.Runtime.CompilerServices;
using System.Text;
using Causeway.Libp2p;
using Causeway.Libp2p.Kademlia;
using Causeway.Multiformats;

namespace Causeway.Node.Control;

/// <content>The DHT.</content>
public sealed partial class NodeControl
{
    // Namespaces whose keys are a peer ID in binary (kad-dht spec, "Public key records"; IPNS spec, "Routing record").
    private static readonly string[] PeerNamespaces = ["/pk/", "/ipns/"];

    private KademliaDht Dht => _node.Dht ?? throw new NodeException(NodeError.Failed, "The node has no DHT; start it without '--dht off'.");

    /// <inheritdoc/>
    public async Task<PeerReport> FindPeerAsync(string peer, CancellationToken cancellationToken)
    {
        var id = ParsePeer(peer);
        var addresses = await ExplainAsync(() => Dht.FindPeerAsync(id, cancellationToken).AsTask());
        return addresses.Count > 0 ? Describe(id, addresses) : throw NothingFound($"nobody in the DHT knows an address of {id}");
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<PeerReport> FindProvidersAsync(string cid, int count, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var isFound = false;
        await foreach (var provider in Dht.FindProvidersAsync(ParseCid(cid), count, cancellationToken))
        {
            isFound = true;
            yield return Describe(provider.Peer, provider.Addresses);
        }

        if (!isFound && !HasPeers) throw NothingFound($"nobody provides {cid}");
    }

    /// <inheritdoc/>
    public async Task ProvideAsync(string cid, CancellationToken cancellationToken)
    {
        var content = ParseCid(cid);
        if (await ExplainAsync(() => Dht.ProvideAsync(content, cancellationToken)) == 0) throw NothingFound($"no peer of the DHT took the announcement of {cid}");
    }

    /// <inheritdoc/>
    public async Task<ValueReport> GetValueAsync(string key, CancellationToken cancellationToken)
    {
        var value = await ExplainAsync(() => Dht.GetValueAsync(KeyOf(key), cancellationToken: cancellationToken));
        return value is { } found ? new ValueReport(key, found.ToArray()) : throw NothingFound($"nobody in the DHT has a record {key}");
    }

    /// <inheritdoc/>
    public async Task PutValueAsync(ValueReport value, CancellationToken cancellationToken)
    {
        if (await ExplainAsync(() => Dht.PutValueAsync(KeyOf(value.Key), value.Value, cancellationToken)) == 0) throw NothingFound($"no peer of the DHT took the record {value.Key}");
    }

    private static byte[] KeyOf(string key)
    {
        if (!key.StartsWith('/') || key.Length < 3) throw new NodeException(NodeError.BadRequest, $"'{key}' is no key of a record; one looks like /ipns/… or /pk/….");
        foreach (var prefix in PeerNamespaces)
        {
            if (!key.StartsWith(prefix, StringComparison.Ordinal)) continue;
            return [.. Encoding.ASCII.GetBytes(prefix), .. ParsePeer(key[prefix.Length..]).Bytes.Span];
        }

        return Encoding.UTF8.GetBytes(key);
    }

    private static Cid ParseCid(string text)
    {
        try
        {
            return Cid.Parse(text);
        }
        catch (FormatException e)
        {
            throw new NodeException(NodeError.BadRequest, $"'{text}' is no CID: {e.Message}", e);
        }
    }

    private static async Task<T> ExplainAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Libp2pException e)
        {
            throw Failure(e);
        }
    }

    // A DHT without peers finds nothing either. Those that the user named are asked whether they are in the routing table already or not.
    private bool HasPeers => Dht.PeerCount > 0 || _node.IsBootstrapped;

    private NodeException NothingFound(string what) => HasPeers
        ? new NodeException(NodeError.NotFound, $"Searched, but {what}.")
        : new NodeException(NodeError.Failed, "The node knows no peer of the DHT yet; connect it to one with 'causeway swarm connect', or name one with --bootstrap.");
}
