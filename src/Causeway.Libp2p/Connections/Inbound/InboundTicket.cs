using System.Net;
using System.Runtime.InteropServices;

namespace Causeway.Libp2p.Connections.Inbound;

/// <summary>An inbound connection's place at the gate; the default value is that of connections which are not counted.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct InboundTicket(InboundGate? gate, IPAddress? address)
{
    /// <summary>The handshake is over, with or without success. Call once.</summary>
    public void EndHandshake()
    {
        if (gate is not null && address is not null) gate.EndHandshake(address);
    }

    /// <summary>Gives the place back. Call once.</summary>
    public void Release()
    {
        if (gate is not null && address is not null) gate.Release(address);
    }
}
