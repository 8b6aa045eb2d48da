using System.IO.Pipelines;
using Causeway.Cryptography.Keys;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Security.Noise;

/// <summary>The Noise security protocol of libp2p (<c>/noise</c>; libp2p specs, <c>noise/README.md</c>).</summary>
/// <param name="identity">Our identity, which signs the Noise static key. Not owned.</param>
public sealed class NoiseSecurity(PrivateKey identity) : ISecurityProtocol
{
    /// <inheritdoc/>
    public string Id => "/noise";

    /// <inheritdoc/>
    public ValueTask<SecureChannel> SecureAsync(
        IDuplexPipe transport, ConnectionRole role, PeerId? expectedPeer, IReadOnlyList<string> muxers, CancellationToken cancellationToken)
        => throw new NotSupportedException($"{identity}");
}
