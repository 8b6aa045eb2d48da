namespace Causeway.Libp2p.Resources;

/// <summary>Who opened a connection or a stream.</summary>
internal enum Direction
{
    Inbound,
    Outbound,
}
