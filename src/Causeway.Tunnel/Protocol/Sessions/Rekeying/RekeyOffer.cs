using System.Buffers.Binary;
using System.Security.Cryptography;
using Causeway.Cryptography.Agreement;
using Causeway.Cryptography.Hybrid;
using Causeway.Cryptography.PostQuantum;
using Causeway.Cryptography.Secrets;

namespace Causeway.Tunnel.Protocol.Sessions.Rekeying;

/// <summary>The initiator's half of one rekey: REKEY and the private keys behind it, until the answer comes. Disposal zeroes them.</summary>
internal sealed class RekeyOffer : IDisposable
{
    private readonly X25519PrivateKey _agreement;
    private readonly MlKem1024DecapsulationKey _encapsulation;
    private readonly byte[] _transcript = new byte[RekeySecret.HashSize];

    private RekeyOffer(X25519PrivateKey agreement, MlKem1024DecapsulationKey encapsulation)
    {
        _agreement = agreement;
        _encapsulation = encapsulation;
    }

    /// <summary>REKEY, the same for every repetition.</summary>
    internal byte[] Body { get; } = new byte[RekeyLayout.RekeySize];

    /// <summary>Draws keys and signs: expensive.</summary>
    internal static RekeyOffer Create(SessionId session, ushort epoch, HybridSigningKey identity, RandomSource random)
    {
        var offer = new RekeyOffer(X25519PrivateKey.Generate(random), MlKem1024DecapsulationKey.Generate(random));
        var body = offer.Body;
        BinaryPrimitives.WriteUInt16BigEndian(body, epoch);
        random.Fill(RekeyLayout.Nonce(body));
        offer._agreement.PublicKey.Span.CopyTo(RekeyLayout.RekeyAgreementKey(body));
        offer._encapsulation.EncapsulationKey.Bytes.Span.CopyTo(RekeyLayout.EncapsulationKey(body));
        RekeySecret.HashRekey(session, body, offer._transcript);
        identity.Sign(RekeyLayout.Label, offer._transcript, RekeyLayout.Signature(body), random);
        return offer;
    }

    /// <summary>What REKEY_ACK leads to, or null if it is not the peer's or not for this offer: expensive.</summary>
    internal RekeySecret? Complete(byte[] ack, HybridPublicKey peer)
    {
        if (RekeyLayout.Epoch(ack) != RekeyLayout.Epoch(Body)) return null;
        var secret = new RekeySecret(_transcript, Body, ack);
        try
        {
            if (peer.Verify(RekeyLayout.Label, secret.Transcript, RekeyLayout.Signature(ack)))
            {
                _agreement.Derive(RekeyLayout.AckAgreementKey(ack), secret.Agreed);
                _encapsulation.Decapsulate(RekeyLayout.Ciphertext(ack), secret.Encapsulated);
                return secret;
            }
        }
        catch (CryptographicException)
        {
            // A key of small order, signed by the peer.
        }

        secret.Dispose();
        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _agreement.Dispose();
        _encapsulation.Dispose();
    }
}
