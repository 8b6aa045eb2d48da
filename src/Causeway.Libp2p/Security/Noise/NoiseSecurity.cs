using System.IO.Pipelines;
using Causeway.Cryptography.Keys;
using Causeway.Cryptography.Secrets;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Security.Noise;

/// <summary>
/// The Noise security protocol of libp2p (<c>/noise</c>; libp2p specs, <c>noise/README.md</c>): the XX handshake with
/// <c>Noise_XX_25519_ChaChaPoly_SHA256</c>, and early negotiation of the muxer. Thread-safe; disposing zeroes the Noise static key, while
/// channels that are open go on.
/// </summary>
/// <param name="identity">Our identity, which signs the Noise static key once. Not owned.</param>
/// <param name="random">Where keys come from; null for the operating system.</param>
public sealed class NoiseSecurity(PrivateKey identity, RandomSource? random = null) : ISecurityProtocol, IDisposable
{
    private readonly RandomSource _random = random ?? RandomSource.System;
    private readonly NoiseIdentity _identity = new(identity, random ?? RandomSource.System);

    /// <inheritdoc/>
    public string Id => "/noise";

    /// <inheritdoc/>
    public async ValueTask<SecureChannel> SecureAsync(
        IDuplexPipe transport, ConnectionRole role, PeerId? expectedPeer, IReadOnlyList<string> muxers, CancellationToken cancellationToken)
    {
        using var state = new HandshakeState(HandshakePattern.XX, role, new HandshakeKeys { Static = _identity.Static, Random = _random });
        var handshake = new NoiseHandshake(transport, state, _identity.Payload(muxers), expectedPeer);
        var remote = role == ConnectionRole.Initiator
            ? await handshake.InitiateAsync(cancellationToken)
            : await handshake.RespondAsync(cancellationToken);
        var muxer = remote.SelectMuxer(role, muxers);
        var (send, receive) = state.Split();
        return new SecureChannel(new NoiseChannel(transport, send, receive), remote.Key, remote.Peer, muxer);
    }

    /// <inheritdoc/>
    public void Dispose() => _identity.Dispose();
}
