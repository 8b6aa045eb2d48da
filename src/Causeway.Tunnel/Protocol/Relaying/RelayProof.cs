using Causeway.Cryptography.Hybrid;
using Causeway.Tunnel.Protocol.Identity;

namespace Causeway.Tunnel.Protocol.Relaying;

/// <summary>What the two ends of a relay link sign (tunnel protocol §1, §2.2).</summary>
public static class RelayProof
{
    /// <summary>The length of a hybrid public key in bytes.</summary>
    public const int PublicKeySize = HybridPublicKey.Size;

    /// <summary>The length of a hybrid signature in bytes.</summary>
    public const int SignatureSize = HybridPublicKey.SignatureSize;

    /// <summary>The label under which members sign.</summary>
    public static ReadOnlySpan<byte> MemberLabel => "causeway tunnel relay member"u8;

    /// <summary>The label under which relays sign.</summary>
    public static ReadOnlySpan<byte> WelcomeLabel => "causeway tunnel relay welcome"u8;

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

    /// <summary>Whether a signature is of the key; false, too, if there is no such key.</summary>
    public static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> label, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        try
        {
            return HybridPublicKey.Import(publicKey).Verify(label, message, signature);
        }
        catch (Exception e) when (e is FormatException or System.Security.Cryptography.CryptographicException)
        {
            return false;
        }
    }
}
