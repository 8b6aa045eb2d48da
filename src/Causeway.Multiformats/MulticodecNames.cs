namespace Causeway.Multiformats;

/// <summary>The names of codes as the multicodec table writes them; codes without a name here are written as <c>0x…</c>.</summary>
public static class MulticodecNames
{
    /// <summary>The name of a content or record type.</summary>
    public static string Name(this Multicodec codec) => codec switch
    {
        Multicodec.Identity => "identity",
        Multicodec.Cbor => "cbor",
        Multicodec.Raw => "raw",
        Multicodec.DagPb => "dag-pb",
        Multicodec.DagCbor => "dag-cbor",
        Multicodec.Libp2pKey => "libp2p-key",
        Multicodec.DagJose => "dag-jose",
        Multicodec.DagJson => "dag-json",
        Multicodec.Json => "json",
        Multicodec.IpnsRecord => "ipns-record",
        Multicodec.Libp2pPeerRecord => "libp2p-peer-record",
        Multicodec.Libp2pRelayRsvp => "libp2p-relay-rsvp",
        _ => $"0x{(long)codec:x}",
    };

    /// <summary>The name of a hash function.</summary>
    public static string Name(this MultihashCode code) => code switch
    {
        MultihashCode.Identity => "identity",
        MultihashCode.Sha1 => "sha1",
        MultihashCode.Sha2_256 => "sha2-256",
        MultihashCode.Sha2_384 => "sha2-384",
        MultihashCode.Sha2_512 => "sha2-512",
        MultihashCode.Sha3_256 => "sha3-256",
        MultihashCode.Sha3_384 => "sha3-384",
        MultihashCode.Sha3_512 => "sha3-512",
        MultihashCode.Shake_128 => "shake-128",
        MultihashCode.Shake_256 => "shake-256",
        MultihashCode.DblSha2_256 => "dbl-sha2-256",
        _ => $"0x{(long)code:x}",
    };
}
