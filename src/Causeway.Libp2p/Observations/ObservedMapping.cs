using System.Net;

namespace Causeway.Libp2p.Observations;

/// <summary>A local address, what it is seen as, and by how many observers.</summary>
internal sealed record ObservedMapping(IPEndPoint Local, IPEndPoint Observed, int Observers);
