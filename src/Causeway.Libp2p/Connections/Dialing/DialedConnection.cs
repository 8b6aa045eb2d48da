using Causeway.Libp2p.Resources;

namespace Causeway.Libp2p.Connections.Dialing;

/// <summary>A connection that a dial produced, with the place that it holds.</summary>
internal sealed record DialedConnection(UpgradedConnection Upgraded, ConnectionScope Scope)
{
    /// <summary>It is not wanted: another attempt was faster, or the host is closing.</summary>
    public void Discard()
    {
        Upgraded.Muxer.Abort(new Libp2pException(Libp2pError.ConnectionClosed, "Another connection was faster."));
        Upgraded.Transport.Abort();
        Scope.Dispose();
    }
}
