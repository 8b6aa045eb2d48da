using Causeway.Cryptography.Hybrid;
using Causeway.Tunnel.Protocol.Identity;

namespace Causeway.Tunnel.Protocol.Handshakes.Guarding;

/// <summary>Who is on the roster. Called under the endpoint's locks: answers at once, without I/O, from any thread.</summary>
public interface IMembers
{
    /// <summary>Whether a peer is on the roster; with its public key, if that is known.</summary>
    bool TryFind(TunnelPeerId peer, out HybridPublicKey? publicKey);
}
