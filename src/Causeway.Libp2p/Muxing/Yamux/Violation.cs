namespace Causeway.Libp2p.Muxing.Yamux;

/// <summary>What the other end did against the rules; it ends the connection with a go-away.</summary>
internal static class Violation
{
    /// <summary>The exception for a broken rule.</summary>
    public static Libp2pException Of(string what) => new(Libp2pError.ProtocolViolation, $"The other end broke the Yamux protocol: {what}. The connection is closed.");

    /// <summary>The exception for behaviour that is legal frame by frame but only serves to exhaust us.</summary>
    public static Libp2pException Flood(string what) => new(Libp2pError.ResourceLimit, $"The other end floods this connection: {what}. The connection is closed.");
}
