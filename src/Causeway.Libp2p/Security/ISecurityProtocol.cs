using System.IO.Pipelines;
using Causeway.Cryptography.Keys;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Security;

/// <summary>A secure channel protocol (Noise): authenticates the other end and encrypts.</summary>
public interface ISecurityProtocol
{
    /// <summary>The multistream protocol ID, such as <c>/noise</c>.</summary>
    string Id { get; }

    /// <summary>
    /// Runs the handshake over <paramref name="transport"/>. A security protocol reads exactly its own messages, so that what follows stays in the pipe.
    /// </summary>
    /// <param name="transport">The raw connection, with any pending negotiation bytes still unflushed in its writer.</param>
    /// <param name="role">Which side we are.</param>
    /// <param name="expectedPeer">Whom we mean to talk to; null accepts anyone.</param>
    /// <param name="muxers">Our muxers in order of preference, for early negotiation (libp2p specs, <c>noise/README.md</c>, extensions).</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="Libp2pException">The handshake failed or the other end is not <paramref name="expectedPeer"/>.</exception>
    ValueTask<SecureChannel> SecureAsync(
        IDuplexPipe transport, ConnectionRole role, PeerId? expectedPeer, IReadOnlyList<string> muxers, CancellationToken cancellationToken);
}

/// <summary>The outcome of a security handshake.</summary>
/// <param name="Pipe">The plaintext side. Pull-based: decryption happens in the reader, encryption in the writer's flush. It does not own the transport.</param>
/// <param name="RemoteKey">The proven public key of the other end.</param>
/// <param name="RemotePeer">Its peer ID.</param>
/// <param name="EarlyMuxer">The muxer that both ends agreed on in the handshake, or null: then multistream-select decides.</param>
public sealed record SecureChannel(IDuplexPipe Pipe, PublicKey RemoteKey, PeerId RemotePeer, string? EarlyMuxer);

/// <summary>Which end of a connection we are; decides handshake roles and stream IDs.</summary>
public enum ConnectionRole
{
    /// <summary>We dialed.</summary>
    Initiator,

    /// <summary>We accepted.</summary>
    Responder,
}
