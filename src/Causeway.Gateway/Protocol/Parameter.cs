namespace Causeway.Gateway.Protocol;

/// <summary>The parameters that some request has; their wire names are in <see cref="RequestParameters"/>.</summary>
internal enum Parameter
{
    PeerKey,
    RootDirectory,
    Protocol,
    Peer,
    Data,
    Ack,
    Topic,
    PeerIds,
    PeerIdText,
    Cid,
    FallbackPeerId,
    Path,
    Content,
    Directory,
}
