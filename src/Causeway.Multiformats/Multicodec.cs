namespace Causeway.Multiformats;

/// <summary>The content and record types used here, with their codes of the multicodec table (<c>multiformats/multicodec</c>, <c>table.csv</c>).</summary>
public enum Multicodec : long
{
    /// <summary>The identity function; not a content type.</summary>
    Identity = 0x00,

    /// <summary>CBOR.</summary>
    Cbor = 0x51,

    /// <summary>Plain bytes.</summary>
    Raw = 0x55,

    /// <summary>MerkleDAG protobuf.</summary>
    DagPb = 0x70,

    /// <summary>MerkleDAG CBOR.</summary>
    DagCbor = 0x71,

    /// <summary>A libp2p public key.</summary>
    Libp2pKey = 0x72,

    /// <summary>MerkleDAG JOSE.</summary>
    DagJose = 0x85,

    /// <summary>MerkleDAG JSON.</summary>
    DagJson = 0x0129,

    /// <summary>JSON.</summary>
    Json = 0x0200,

    /// <summary>A signed IPNS record.</summary>
    IpnsRecord = 0x0300,

    /// <summary>A libp2p peer record (the payload type of signed peer records).</summary>
    Libp2pPeerRecord = 0x0301,

    /// <summary>A libp2p relay reservation voucher.</summary>
    Libp2pRelayRsvp = 0x0302,
}
