using Causeway.Cryptography.Agreement;
using Causeway.Cryptography.Keys;
using Causeway.Cryptography.Secrets;
using Causeway.Libp2p.Security.Noise.Wire;
using Google.Protobuf;

namespace Causeway.Libp2p.Security.Noise;

/// <summary>
/// Our Noise static key, signed once by our identity. One pair serves all connections of a host for as long as the process lives, which the
/// specification allows ("a single static keypair may be generated when noise-libp2p is initialized"): each connection has fresh ephemeral
/// keys all the same, and a dial saves a key generation and a signature, some 100 µs with Ed25519 and several milliseconds with RSA.
/// It is never written to disk.
/// </summary>
internal sealed class NoiseIdentity : IDisposable
{
    private readonly ByteString _identityKey;
    private readonly ByteString _signature;

    public NoiseIdentity(PrivateKey identity, RandomSource random)
    {
        Static = X25519PrivateKey.Generate(random);
        _identityKey = ByteString.CopyFrom(identity.PublicKey.ToProtobuf());
        _signature = ByteString.CopyFrom(identity.Sign(NoisePayload.SignedData(Static.PublicKey.Span)));
    }

    /// <summary>The static key.</summary>
    public X25519PrivateKey Static { get; }

    /// <summary>The handshake payload that proves who we are and, where there are any, offers our muxers.</summary>
    public byte[] Payload(IReadOnlyList<string> muxers)
    {
        var payload = new HandshakePayload { IdentityKey = _identityKey, IdentitySig = _signature };
        if (muxers.Count > 0) payload.Extensions = new Extensions { StreamMuxers = { muxers } };
        return payload.ToByteArray();
    }

    /// <inheritdoc/>
    public void Dispose() => Static.Dispose();
}
