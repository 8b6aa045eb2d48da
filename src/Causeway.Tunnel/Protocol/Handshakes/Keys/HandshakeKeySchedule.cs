using System.Buffers.Binary;
using System.Security.Cryptography;
using Causeway.Cryptography.Aead;
using Causeway.Cryptography.Hybrid;
using Causeway.Cryptography.Kdf;
using Causeway.Cryptography.Secrets;
using Causeway.Tunnel.Protocol.Handshakes.Messages;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Protocol.Sessions;

namespace Causeway.Tunnel.Protocol.Handshakes.Keys;

/// <summary>
/// What a handshake derives from its hybrid secret <c>s</c> (docs/protocol/tunnel.md §3.3). Every expansion has a label and a transcript hash in it,
/// so no key serves two purposes or two handshakes. Disposing zeroes <c>s</c>; nothing else is kept.
/// </summary>
public sealed class HandshakeKeySchedule : IDisposable
{
    /// <summary>The length of the context that binds <c>s</c>: t4 ‖ I's peer ID ‖ R's peer ID ‖ suite.</summary>
    public const int ContextSize = HandshakeSizes.TranscriptHash + (2 * TunnelPeerId.Size) + sizeof(ushort);

    // The longest label.
    private const int MaxLabel = 32;

    private readonly TunnelSuite _suite;
    private readonly SecretBytes _secret;

    /// <summary>Takes over <c>s</c>, 64 bytes.</summary>
    public HandshakeKeySchedule(TunnelSuite suite, SecretBytes secret)
    {
        _suite = suite;
        _secret = secret;
    }

    private static ReadOnlySpan<byte> Prefix => "causeway tunnel 1 "u8;

    /// <summary>Writes the context, <see cref="ContextSize"/> bytes: the salt of <c>s</c>.</summary>
    public static void WriteContext(Span<byte> context, HandshakeTranscript t4, TunnelPeerId initiator, TunnelPeerId responder, TunnelSuite suite)
    {
        t4.Hash.CopyTo(context);
        initiator.CopyTo(context[64..]);
        responder.CopyTo(context[96..]);
        BinaryPrimitives.WriteUInt16BigEndian(context[128..], (ushort)suite);
    }

    /// <summary>Seals the proof of one side: plaintext and tag fill <paramref name="sealedData"/>. The nonce is zero, for the key is used once.</summary>
    public void Seal(SessionRole side, HandshakeTranscript transcript, ReadOnlySpan<byte> plaintext, Span<byte> sealedData)
    {
        using var cipher = NewCipher(side, transcript);
        Span<byte> nonce = stackalloc byte[AeadCipher.NonceSize];
        nonce.Clear();
        cipher.Seal(nonce, plaintext, sealedData, transcript.Hash);
    }

    /// <summary>Opens the proof of one side; false if it is not authentic.</summary>
    public bool TryOpen(SessionRole side, HandshakeTranscript transcript, ReadOnlySpan<byte> sealedData, Span<byte> plaintext)
    {
        using var cipher = NewCipher(side, transcript);
        Span<byte> nonce = stackalloc byte[AeadCipher.NonceSize];
        nonce.Clear();
        return cipher.TryOpen(nonce, sealedData, plaintext, transcript.Hash);
    }

    /// <summary>Writes the key confirmation of one side, 32 bytes.</summary>
    public void WriteConfirmation(SessionRole side, HandshakeTranscript transcript, Span<byte> confirmation)
    {
        Span<byte> key = stackalloc byte[32];
        Expand(side == SessionRole.Initiator ? "confirm initiator"u8 : "confirm responder"u8, transcript, key);
        HMACSHA256.HashData(key, transcript.Hash, confirmation);
        CryptographicOperations.ZeroMemory(key);
    }

    /// <summary>Whether a key confirmation is that of one side, in constant time.</summary>
    public bool VerifyConfirmation(SessionRole side, HandshakeTranscript transcript, ReadOnlySpan<byte> confirmation)
    {
        Span<byte> expected = stackalloc byte[HandshakeSizes.Confirmation];
        WriteConfirmation(side, transcript, expected);
        return CryptographicOperations.FixedTimeEquals(expected, confirmation);
    }

    /// <summary>The ID of the session that comes out of this handshake.</summary>
    public SessionId DeriveSessionId(HandshakeTranscript t5)
    {
        Span<byte> id = stackalloc byte[SessionId.Size];
        Expand("session id"u8, t5, id);
        return SessionId.Read(id);
    }

    /// <summary>What the session needs; the caller owns it.</summary>
    public SessionSecrets DeriveSession(SessionRole role, HandshakeTranscript t5)
    {
        Span<byte> epoch = stackalloc byte[SessionSecrets.EpochSecretSize];
        Span<byte> chain = stackalloc byte[SessionSecrets.ChainSize];
        Span<byte> resume = stackalloc byte[SessionSecrets.ResumeKeySize];
        try
        {
            Expand("epoch"u8, t5, epoch);
            Expand("chain"u8, t5, chain);
            Expand("resume"u8, t5, resume);
            return new SessionSecrets(role, _suite, DeriveSessionId(t5), epoch, chain, resume);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(epoch);
            CryptographicOperations.ZeroMemory(chain);
            CryptographicOperations.ZeroMemory(resume);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _secret.Dispose();

    private AeadCipher NewCipher(SessionRole side, HandshakeTranscript transcript)
    {
        Span<byte> key = stackalloc byte[32];
        Expand(side == SessionRole.Initiator ? "handshake initiator"u8 : "handshake responder"u8, transcript, key);
        try
        {
            return _suite == TunnelSuite.Aes256Gcm ? new AesGcmCipher(key) : new ChaCha20Poly1305Cipher(key);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private void Expand(ReadOnlySpan<byte> label, HandshakeTranscript transcript, Span<byte> output)
    {
        Span<byte> info = stackalloc byte[Prefix.Length + MaxLabel + HandshakeSizes.TranscriptHash];
        Prefix.CopyTo(info);
        label.CopyTo(info[Prefix.Length..]);
        transcript.Hash.CopyTo(info[(Prefix.Length + label.Length)..]);
        HkdfSha512.Expand(_secret.Span, info[..(Prefix.Length + label.Length + HandshakeSizes.TranscriptHash)], output);
    }
}
