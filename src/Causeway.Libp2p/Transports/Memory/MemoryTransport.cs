using Causeway.Multiformats;

namespace Causeway.Libp2p.Transports.Memory;

/// <summary>
/// Connections inside the process, addressed <c>/memory/&lt;name&gt;</c> (<c>/memory/0</c> listens on any free name). Everything above is the same as over
/// TCP: for tests, benchmarks, and peers that share a process.
/// </summary>
/// <param name="network">Where names live; null for <see cref="MemoryNetwork.Shared"/>.</param>
public sealed class MemoryTransport(MemoryNetwork? network = null) : ITransport
{
    private readonly MemoryNetwork _network = network ?? MemoryNetwork.Shared;

    /// <inheritdoc/>
    public bool CanDial(Multiaddress address) => IsMemory(address) && address.ValueOf("memory") != "0";

    /// <inheritdoc/>
    public bool CanListen(Multiaddress address) => IsMemory(address);

    /// <inheritdoc/>
    public ValueTask<TransportConnection> DialAsync(Multiaddress address, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new ValueTask<TransportConnection>(_network.Connect(address));
    }

    /// <inheritdoc/>
    public ValueTask<ITransportListener> ListenAsync(Multiaddress address, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new ValueTask<ITransportListener>(_network.Listen(address.WithoutPeerId()));
    }

    private static bool IsMemory(Multiaddress address)
    {
        var components = address.Components;
        return components.Count is 1 or 2 && components[0].Protocol == "memory" && (components.Count == 1 || components[1].Protocol == "p2p");
    }
}
