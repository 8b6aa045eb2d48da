namespace Causeway.Libp2p.PortMapping;

/// <summary>Asks the router to forward TCP ports to this machine, and keeps it so (NAT-PMP, PCP, UPnP-IGD). Disposing it takes every mapping back.</summary>
public interface IPortMapper : IAsyncDisposable
{
    /// <summary>Asks for a mapping from now on; it shows in <see cref="Mapped"/> when the router has granted it.</summary>
    /// <param name="internalPort">A TCP port of this machine, 1 to 65535.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    ValueTask AddAsync(int internalPort, CancellationToken cancellationToken);

    /// <summary>The mappings asked for, as they stand.</summary>
    IReadOnlyList<MappedPort> Mapped { get; }

    /// <summary>Raised after <see cref="Mapped"/> has changed.</summary>
    event Action? Changed;
}
