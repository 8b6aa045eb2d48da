using System.Security.Cryptography;
using Causeway.Cryptography.Keys;
using Causeway.Gateway.Protocol;

namespace Causeway.Gateway.Peers;

/// <summary>The text form of identities in this protocol: standard base64 of the libp2p <c>PrivateKey</c> protobuf.</summary>
internal static class PeerKeyText
{
    // An RSA key of 8192 bits, the largest that is accepted, has some 6.3 KiB as base64.
    private const int MaxLength = 16 * 1024;

    /// <summary>Reads a key of any type.</summary>
    /// <exception cref="GatewayException">It is not a key.</exception>
    public static PrivateKey Parse(string text)
    {
        if (text.Length > MaxLength) throw GatewayException.InvalidParameters("peerkey is too long for a private key");
        var bytes = new byte[text.Length];
        try
        {
            if (!Convert.TryFromBase64String(text, bytes, out var length)) throw GatewayException.InvalidParameters("peerkey is not base64");
            return PrivateKey.FromProtobuf(bytes.AsSpan(0, length));
        }
        catch (Exception e) when (e is FormatException or CryptographicException or NotSupportedException)
        {
            throw new GatewayException(GatewayErrorCode.BadRequest, $"invalid params: peerkey is not a libp2p private key: {e.Message}", e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>Writes a key.</summary>
    public static string Format(PrivateKey key)
    {
        var bytes = key.ToProtobuf();
        try
        {
            return Convert.ToBase64String(bytes);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }
}
