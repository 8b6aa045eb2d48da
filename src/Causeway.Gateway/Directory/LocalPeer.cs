using Causeway.Libp2p.Hosts;
using Causeway.Multiformats;

namespace Causeway.Gateway.Directory;

/// <summary>A peer of this process as the others see it.</summary>
internal sealed class LocalPeer(IHost host, IReadOnlyList<Multiaddress> addresses, Action<string, PeerId, bool> observer)
{
    /// <summary>Its peer ID.</summary>
    public PeerId Id => Host.Id;

    /// <summary>Its host, which dials on the directory's advice.</summary>
    public IHost Host { get; } = host;

    /// <summary>Where it is reached from inside the process.</summary>
    public IReadOnlyList<Multiaddress> Addresses { get; } = addresses;

    /// <summary>Told, in order and without waiting, who joins (true) and leaves the topics that this peer has joined.</summary>
    public Action<string, PeerId, bool> Observer { get; } = observer;
}
