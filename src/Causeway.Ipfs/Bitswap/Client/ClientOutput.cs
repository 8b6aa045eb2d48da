using Causeway.Multiformats;

namespace Causeway.Ipfs.Bitswap.Client;

/// <summary>What the client's core wants done.</summary>
internal sealed class ClientOutput
{
    /// <summary>Peers that there is something to tell.</summary>
    public HashSet<PeerId> Told { get; } = [];

    /// <summary>Wants that have failed.</summary>
    public List<(SessionWant Want, IpfsException Error)> Failed { get; } = [];

    /// <summary>What providers are to be searched for.</summary>
    public List<(SessionCore Session, Cid Cid)> Searches { get; } = [];

    /// <summary>Whether there is nothing to do.</summary>
    public bool IsEmpty => Told.Count == 0 && Failed.Count == 0 && Searches.Count == 0;
}
