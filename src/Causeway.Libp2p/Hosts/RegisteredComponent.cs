namespace Causeway.Libp2p.Hosts;

/// <summary>A component that an application registered for its host; it is made when the host starts.</summary>
internal sealed record RegisteredComponent(Func<IServiceProvider, IHostComponent> Resolve);
