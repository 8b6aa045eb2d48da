using System.Diagnostics.CodeAnalysis;
using Causeway.Libp2p.Hosts;
using Causeway.Multiformats;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Directory;

/// <summary>
/// Connects the peers of this process that share a topic: each to a few others, chosen at random, so that 200 tabs make one well-connected network and not
/// 20 000 connections. GossipSub builds its mesh on top; who is not a neighbour is dialed when a direct message needs it.
/// </summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "The semaphore is used without its wait handle and so holds nothing that must be released.")]
internal sealed class Neighbourhood(LocalDirectory directory, ILogger logger, Random random)
{
    /// <summary>
    /// Neighbours that a peer looks for when it joins a topic: the fewest with which GossipSub is content (D_lo is 5 in go-libp2p-pubsub). As many come in on
    /// average, and a random graph in which everyone chooses five is connected with overwhelming probability.
    /// </summary>
    public const int Degree = 5;

    /// <summary>Below this a peer whose neighbour left looks for new ones (gossipsub-v1.0, parameters: D_low is 4).</summary>
    public const int LowDegree = 4;

    /// <summary>A peer with this many neighbours in the process is asked only when nobody else is there: D_high.</summary>
    public const int HighDegree = 12;

    // How long the others may rely on an address; it lives as long as its peer, and a page that reloads has a new one.
    private static readonly TimeSpan AddressLifetime = TimeSpan.FromMinutes(10);

    // Nobody dials again for a page that is alone with another one; and a handshake inside the process takes long only where processors are scarce.
    private static readonly TimeSpan DialTimeout = TimeSpan.FromSeconds(30);

    // A handshake is pure computation here: more at once than this would only make all of them late, and use up the limits on handshakes under way.
    private readonly SemaphoreSlim _dials = new(Math.Max(8, Environment.ProcessorCount * 2));

    /// <summary>Tells <paramref name="peer"/> where another one of this process is, if it is one.</summary>
    public void Locate(LocalPeer peer, PeerId other)
    {
        if (directory.TryFind(other, out var found)) peer.Host.Peers.AddAddresses(other, found.Addresses, AddressLifetime);
    }

    /// <summary>Connects a member of a topic to others until it has enough neighbours there. Failures are logged: the network may still connect them.</summary>
    public async Task ConnectAsync(string topic, LocalPeer peer, int degree = Degree)
    {
        var tried = new HashSet<LocalPeer>();
        while (true)
        {
            await _dials.WaitAsync();
            try
            {
                // Chosen one by one, so that each choice sees the connections that others have made meanwhile.
                if (Choose(topic, peer, degree, tried) is not { } next) return;
                tried.Add(next);
                await DialAsync(peer, next);
            }
            finally
            {
                _dials.Release();
            }
        }
    }

    /// <summary>A peer left these topics: those of its neighbours that have too few others there look for new ones.</summary>
    public async Task HealAsync(IEnumerable<string> topics, IReadOnlySet<PeerId> neighbours)
    {
        foreach (var topic in topics)
        {
            foreach (var member in directory.MembersOf(topic).Where(m => neighbours.Contains(m.Id))) await ConnectAsync(topic, member, LowDegree);
        }
    }

    /// <summary>Whom a peer is connected to in this process.</summary>
    public IReadOnlySet<PeerId> NeighboursOf(IHost host)
        => host.Connections.All.Select(c => c.RemotePeer).Where(directory.IsLocal).ToHashSet();

    // Someone at random who is not connected yet and not at the limit; at the limit only when nobody else is there.
    private LocalPeer? Choose(string topic, LocalPeer peer, int degree, HashSet<LocalPeer> tried)
    {
        var members = directory.MembersOf(topic, except: peer);
        var candidates = members.Where(m => !peer.Host.Connections.IsConnected(m.Id)).ToArray();
        if (members.Count - candidates.Length >= degree) return null;
        random.Shuffle(candidates);
        LocalPeer? crowded = null;
        foreach (var candidate in candidates)
        {
            if (tried.Contains(candidate)) continue;
            if (NeighboursOf(candidate.Host).Count < HighDegree) return candidate;
            crowded ??= candidate;
        }

        return crowded;
    }

    private async Task DialAsync(LocalPeer from, LocalPeer to)
    {
        using var timeout = new CancellationTokenSource(DialTimeout);
        try
        {
            Locate(from, to.Id);
            await from.Host.ConnectAsync(to.Id, timeout.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            GatewayLog.NeighbourNotReached(logger, from.Id, to.Id, e.Message);
        }
    }
}
