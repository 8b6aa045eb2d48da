using System.Security.Cryptography;
using Causeway.Cryptography.Hybrid;
using Causeway.Cryptography.Secrets;

namespace Causeway.Tunnel.Protocol.Sessions.Rekeying;

/// <summary>
/// The outcome of a rekey's exchange, before the session's chain goes in: both shared secrets and the public values that the combiner binds them to.
/// </summary>
internal sealed class RekeySecret : IDisposable
{
    /// <summary>The length of a transcript hash.</summary>
    internal const int HashSize = SHA512.HashSizeInBytes;

    private const int PartSize = 32;

    private readonly SecretBytes _shared = new(2 * PartSize);
    private readonly byte[] _transcript = new byte[HashSize];
    private readonly byte[] _rekey;
    private readonly byte[] _ack;

    /// <summary>Keeps both messages, and r2 over them.</summary>
    internal RekeySecret(ReadOnlySpan<byte> first, byte[] rekey, byte[] ack)
    {
        _rekey = rekey;
        _ack = ack;
        HashAck(first, rekey, ack, _transcript);
    }

    /// <summary>ML-KEM's secret, for the exchange to fill.</summary>
    internal Span<byte> Encapsulated => _shared.Span[..PartSize];

    /// <summary>X25519's secret, for the exchange to fill.</summary>
    internal Span<byte> Agreed => _shared.Span[PartSize..];

    /// <summary>r2, what the responder signs.</summary>
    internal ReadOnlySpan<byte> Transcript => _transcript;

    /// <summary>r1, what the initiator signs: SHA-512(text ‖ session ID ‖ REKEY without signature).</summary>
    internal static void HashRekey(SessionId session, ReadOnlySpan<byte> rekey, Span<byte> hash)
    {
        Span<byte> message = stackalloc byte["causeway tunnel rekey 1"u8.Length + SessionId.Size + RekeyLayout.RekeySignedSize];
        "causeway tunnel rekey 1"u8.CopyTo(message);
        session.CopyTo(message["causeway tunnel rekey 1"u8.Length..]);
        rekey[..RekeyLayout.RekeySignedSize].CopyTo(message[^RekeyLayout.RekeySignedSize..]);
        _ = SHA512.HashData(message, hash);
    }

    /// <summary>s' = HKDF-Extract(salt = chain ‖ r2, …): what the next epoch and chain come from; 64 bytes.</summary>
    /// <exception cref="CryptographicException">The X25519 secret is zero.</exception>
    internal void Combine(ReadOnlySpan<byte> chain, Span<byte> secret)
    {
        using var salt = new SecretBytes(chain.Length + HashSize);
        chain.CopyTo(salt.Span);
        _transcript.CopyTo(salt.Span[chain.Length..]);
        HybridSecret.Combine(
            Encapsulated,
            Agreed,
            RekeyLayout.Ciphertext(_ack),
            RekeyLayout.EncapsulationKey(_rekey),
            RekeyLayout.RekeyAgreementKey(_rekey),
            RekeyLayout.AckAgreementKey(_ack),
            salt.Span,
            secret);
    }

    /// <inheritdoc/>
    public void Dispose() => _shared.Dispose();

    // r2 = SHA-512(r1 ‖ signature of REKEY ‖ REKEY_ACK without signature)
    private static void HashAck(ReadOnlySpan<byte> first, ReadOnlySpan<byte> rekey, ReadOnlySpan<byte> ack, Span<byte> hash)
    {
        Span<byte> message = stackalloc byte[HashSize + RekeyLayout.SignatureSize + RekeyLayout.AckSignedSize];
        first.CopyTo(message);
        rekey[RekeyLayout.RekeySignedSize..].CopyTo(message[HashSize..]);
        ack[..RekeyLayout.AckSignedSize].CopyTo(message[^RekeyLayout.AckSignedSize..]);
        _ = SHA512.HashData(message, hash);
    }
}
