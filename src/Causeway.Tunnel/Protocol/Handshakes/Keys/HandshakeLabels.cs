namespace Causeway.Tunnel.Protocol.Handshakes.Keys;

/// <summary>The labels of the hybrid signatures in a handshake (docs/protocol/tunnel.md §1): one for each role and step, so that no signature serves twice.</summary>
public static class HandshakeLabels
{
    /// <summary>The initiator, over HELLO.</summary>
    public static ReadOnlySpan<byte> Hello => "causeway tunnel hello"u8;

    /// <summary>The responder, over t2.</summary>
    public static ReadOnlySpan<byte> Challenge => "causeway tunnel challenge"u8;

    /// <summary>The initiator, over t4.</summary>
    public static ReadOnlySpan<byte> Response => "causeway tunnel response"u8;
}
