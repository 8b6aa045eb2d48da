using System.Diagnostics.CodeAnalysis;

namespace Causeway.Multiformats;

/// <summary>Hash functions with their codes of the multicodec table. Other codes are carried and printed, but not computed.</summary>
[SuppressMessage("Naming", "CA1707", Justification = "The specification's names; without the underscore their numbers run together.")]
public enum MultihashCode : long
{
    /// <summary>No hash: the bytes themselves.</summary>
    Identity = 0x00,

    /// <summary>SHA-1, 20 bytes. For old data only.</summary>
    Sha1 = 0x11,

    /// <summary>SHA-256, 32 bytes.</summary>
    Sha2_256 = 0x12,

    /// <summary>SHA-512, 64 bytes.</summary>
    Sha2_512 = 0x13,

    /// <summary>SHA3-512, 64 bytes.</summary>
    Sha3_512 = 0x14,

    /// <summary>SHA3-384, 48 bytes.</summary>
    Sha3_384 = 0x15,

    /// <summary>SHA3-256, 32 bytes.</summary>
    Sha3_256 = 0x16,

    /// <summary>SHAKE-128, 32 bytes here.</summary>
    Shake_128 = 0x18,

    /// <summary>SHAKE-256, 64 bytes here.</summary>
    Shake_256 = 0x19,

    /// <summary>SHA-384, 48 bytes.</summary>
    Sha2_384 = 0x20,

    /// <summary>SHA-256 of SHA-256, 32 bytes.</summary>
    DblSha2_256 = 0x56,
}
