using System.Runtime.InteropServices;

namespace Causeway.Libp2p.Resources;

/// <summary>What a scope holds now.</summary>
/// <param name="InboundConnections">Connections that others opened.</param>
/// <param name="OutboundConnections">Connections that we opened.</param>
/// <param name="InboundStreams">Streams that others opened.</param>
/// <param name="OutboundStreams">Streams that we opened.</param>
/// <param name="Memory">Bytes reserved.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ResourceUsage(int InboundConnections, int OutboundConnections, int InboundStreams, int OutboundStreams, long Memory)
{
    /// <summary>Connections in both directions.</summary>
    public int Connections => InboundConnections + OutboundConnections;

    /// <summary>Streams in both directions.</summary>
    public int Streams => InboundStreams + OutboundStreams;
}
