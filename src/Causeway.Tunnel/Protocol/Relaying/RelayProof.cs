using Causeway.Tunnel.Protocol.Identity;

namespace Causeway.Tunnel.Protocol.Relaying;

/// <summary>What the two ends of a relay link sign (tunnel protocol §1, §2.2).</summary>
public static class RelayProof
{
    /// <summary>The length of a hybrid public key in bytes.</summary>
    public const int PublicKeySize = 2592 + 32;

    /// <summary>The length of a hybrid signature in bytes.</summary>
    public const int SignatureSize = 4627 + 64;

    /// <summary>The label under which members sign.</summary>
    public const string MemberLabel = "causeway tunnel relay member";

    /// <summary>The label under which relays sign.</summary>
    public const string WelcomeLabel = "causeway tunnel relay welcome";

    /// <summary>What a member signs: it names the relay, so that the proof cannot be used at another, and holds its nonce, so that it cannot be used twice.</summary>
    public static byte[] MemberMessage(TunnelPeerId relay, ReadOnlySpan<byte> relayNonce, ReadOnlySpan<byte> memberNonce)
    {
        var message = new byte[TunnelPeerId.Size + relayNonce.Length + memberNonce.Length];
        relay.CopyTo(message);
        relayNonce.CopyTo(message.AsSpan(TunnelPeerId.Size));
        memberNonce.CopyTo(message.AsSpan(TunnelPeerId.Size + relayNonce.Length));
        return message;
    }

    /// <summary>What a relay signs.</summary>
    /// <param name="member">Whom it welcomes.</param>
    /// <param name="memberNonce">The member's nonce.</param>
    /// <param name="relayNonce">Its own.</param>
    /// <param name="welcome">The body of WELCOME up to the signature.</param>
    public static byte[] WelcomeMessage(TunnelPeerId member, ReadOnlySpan<byte> memberNonce, ReadOnlySpan<byte> relayNonce, ReadOnlySpan<byte> welcome)
    {
        var message = new byte[TunnelPeerId.Size + memberNonce.Length + relayNonce.Length + welcome.Length];
        member.CopyTo(message);
        var rest = message.AsSpan(TunnelPeerId.Size);
        memberNonce.CopyTo(rest);
        rest = rest[memberNonce.Length..];
        relayNonce.CopyTo(rest);
        welcome.CopyTo(rest[relayNonce.Length..]);
        return message;
    }
}
