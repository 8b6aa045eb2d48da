using Causeway.Cryptography.Keys;
using Causeway.Libp2p.Security.Noise.Wire;
using Causeway.Multiformats;
using Google.Protobuf;

namespace Causeway.Libp2p.Security.Noise;

/// <summary>What the other end's handshake payload proved and offered (libp2p specs, <c>noise/README.md</c>, "The libp2p Handshake Payload").</summary>
/// <param name="Key">Its identity key.</param>
/// <param name="Peer">Its peer ID.</param>
/// <param name="Muxers">Its muxers in order of preference; empty when it offers none.</param>
internal sealed record NoisePayload(PublicKey Key, PeerId Peer, IReadOnlyList<string> Muxers)
{
    private static readonly MessageParser<HandshakePayload> Parser = HandshakePayload.Parser.WithDiscardUnknownFields(true);

    /// <summary>What an identity key signs: a prefix and the static key.</summary>
    public static byte[] SignedData(ReadOnlySpan<byte> staticKey) => [.. "noise-libp2p-static-key:"u8, .. staticKey];

    /// <summary>Reads a decrypted payload and checks its signature over the static key that the handshake authenticated.</summary>
    /// <exception cref="Libp2pException"><see cref="Libp2pError.ProtocolViolation"/>: malformed; <see cref="Libp2pError.WrongPeer"/>: nothing was proven.</exception>
    public static NoisePayload Verify(ReadOnlySpan<byte> payload, ReadOnlySpan<byte> staticKey)
    {
        HandshakePayload wire;
        PublicKey key;
        try
        {
            wire = Parser.ParseFrom(payload);
            key = PublicKey.FromProtobuf(wire.IdentityKey.Span);
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or FormatException)
        {
            throw HandshakeState.Failed("the other end's payload is malformed", e);
        }

        if (!key.Verify(SignedData(staticKey), wire.IdentitySig.Span))
        {
            throw new Libp2pException(Libp2pError.WrongPeer, "The Noise handshake failed: the other end could not prove its identity (bad signature of its static key).");
        }

        return new NoisePayload(key, PeerId.FromPublicKey(key), wire.Extensions?.StreamMuxers ?? (IReadOnlyList<string>)[]);
    }

    /// <summary>
    /// The first of the initiator's muxers that both sides support (libp2p specs, <c>connections/inlined-muxer-negotiation.md</c>); null when one
    /// side did not take part, so that multistream-select has to decide.
    /// </summary>
    /// <exception cref="Libp2pException"><see cref="Libp2pError.ProtocolNotSupported"/>: both offered some, and none is in common.</exception>
    public string? SelectMuxer(ConnectionRole role, IReadOnlyList<string> ours)
    {
        if (ours.Count == 0 || Muxers.Count == 0) return null;
        var (first, second) = role == ConnectionRole.Initiator ? (ours, Muxers) : (Muxers, ours);
        return first.FirstOrDefault(second.Contains) ?? throw new Libp2pException(
            Libp2pError.ProtocolNotSupported, $"No stream muxer in common: we offer {string.Join(", ", ours)}, the other end something else.");
    }
}
