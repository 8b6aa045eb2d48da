using System.Security.Cryptography;
using Causeway.Cryptography.Agreement;
using Causeway.Cryptography.Hybrid;
using Causeway.Cryptography.PostQuantum;
using Causeway.Cryptography.Secrets;

namespace Causeway.Tunnel.Protocol.Sessions.Rekeying;

/// <summary>The responder's half of one rekey: REKEY_ACK and what it leads to.</summary>
internal sealed class RekeyAnswer : IDisposable
{
    private RekeyAnswer(byte[] rekey, byte[] body, RekeySecret secret)
    {
        Rekey = rekey;
        Body = body;
        Secret = secret;
    }

    /// <summary>The REKEY that it answers.</summary>
    internal byte[] Rekey { get; }

    /// <summary>REKEY_ACK, the same for every repetition.</summary>
    internal byte[] Body { get; }

    /// <summary>What the next epoch comes from.</summary>
    internal RekeySecret Secret { get; }

    /// <summary>Verifies, encapsulates and signs: expensive. Null if REKEY is not the peer's, or its keys are none.</summary>
    internal static RekeyAnswer? Create(SessionId session, byte[] rekey, HybridSigningKey identity, HybridPublicKey peer, RandomSource random)
    {
        Span<byte> transcript = stackalloc byte[RekeySecret.HashSize];
        RekeySecret.HashRekey(session, rekey, transcript);
        if (!peer.Verify(RekeyLayout.Label, transcript, RekeyLayout.Signature(rekey))) return null;

        var body = new byte[RekeyLayout.AckSize];
        Span<byte> encapsulated = stackalloc byte[MlKem1024EncapsulationKey.SharedSecretSize];
        RekeySecret? secret = null;
        try
        {
            using var agreement = X25519PrivateKey.Generate(random);
            rekey.AsSpan(0, RekeyLayout.EpochSize).CopyTo(body);
            agreement.PublicKey.Span.CopyTo(RekeyLayout.AckAgreementKey(body));
            MlKem1024EncapsulationKey.Import(RekeyLayout.EncapsulationKey(rekey)).Encapsulate(RekeyLayout.Ciphertext(body), encapsulated, random);
            secret = new RekeySecret(transcript, rekey, body);
            encapsulated.CopyTo(secret.Encapsulated);
            agreement.Derive(RekeyLayout.RekeyAgreementKey(rekey), secret.Agreed);
            identity.Sign(RekeyLayout.Label, secret.Transcript, RekeyLayout.Signature(body), random);
            return new RekeyAnswer(rekey, body, secret);
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            // An X25519 key of small order or an encapsulation key that is none (FIPS 203, section 7.2), signed by the peer.
            secret?.Dispose();
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(encapsulated);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Secret.Dispose();
}
