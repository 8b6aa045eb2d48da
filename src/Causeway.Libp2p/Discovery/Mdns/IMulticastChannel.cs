namespace Causeway.Libp2p.Discovery.Mdns;

/// <summary>Sends to and receives from the multicast groups of all usable interfaces; tests put a wire of their own in its place.</summary>
internal interface IMulticastChannel : IAsyncDisposable
{
    /// <summary>Starts receiving. The handler is called serially.</summary>
    void Start(Action<ReadOnlyMemory<byte>> received);

    /// <summary>The usable interfaces have changed.</summary>
    event Action Changed;

    /// <summary>Sends on every interface what <paramref name="message"/> gives for it (true: the loopback interface); null sends nothing.</summary>
    void Send(Func<bool, byte[]?> message);
}
