using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Causeway.Multiformats.Hashes;

/// <summary>The hash functions that the base class library computes.</summary>
internal static class HashFunctions
{
    private const string Known = "sha2-256, sha2-384, sha2-512, dbl-sha2-256, sha1, and where the system's library has them sha3-256, sha3-384, sha3-512, shake-128, shake-256";

    public static bool CanCompute(MultihashCode code) => code switch
    {
        MultihashCode.Identity or MultihashCode.Sha1 or MultihashCode.Sha2_256 or MultihashCode.Sha2_384 or MultihashCode.Sha2_512
            or MultihashCode.DblSha2_256 => true,
        MultihashCode.Sha3_256 => SHA3_256.IsSupported,
        MultihashCode.Sha3_384 => SHA3_384.IsSupported,
        MultihashCode.Sha3_512 => SHA3_512.IsSupported,
        MultihashCode.Shake_128 => Shake128.IsSupported,
        MultihashCode.Shake_256 => Shake256.IsSupported,
        _ => false,
    };

    /// <summary>How long a digest is unless somebody cuts it. The extendable functions give twice their strength, as go-multihash does.</summary>
    public static int DefaultLength(MultihashCode code) => code switch
    {
        _ when !CanCompute(code) => throw new NotSupportedException($"The hash function {code.Name()} is not computed here; these are: {Known}."),
        MultihashCode.Shake_128 => 32,
        MultihashCode.Shake_256 => 64,
        _ => MultihashReader.FullLength(code)!.Value,
    };

    [SuppressMessage("Security", "CA5350", Justification = "SHA-1 names old Git objects; nothing is signed or authenticated with it.")]
    public static void Compute(MultihashCode code, ReadOnlySpan<byte> data, Span<byte> digest)
    {
        switch (code)
        {
            case MultihashCode.Sha1: SHA1.HashData(data, digest); break;
            case MultihashCode.Sha2_256: SHA256.HashData(data, digest); break;
            case MultihashCode.Sha2_384: SHA384.HashData(data, digest); break;
            case MultihashCode.Sha2_512: SHA512.HashData(data, digest); break;
            case MultihashCode.Sha3_256: SHA3_256.HashData(data, digest); break;
            case MultihashCode.Sha3_384: SHA3_384.HashData(data, digest); break;
            case MultihashCode.Sha3_512: SHA3_512.HashData(data, digest); break;
            case MultihashCode.Shake_128: Shake128.HashData(data, digest); break;
            case MultihashCode.Shake_256: Shake256.HashData(data, digest); break;
            case MultihashCode.DblSha2_256:
                SHA256.HashData(data, digest);
                SHA256.HashData(digest, digest);
                break;
            default: throw new ArgumentOutOfRangeException(nameof(code), code, "Not a hash function.");
        }
    }
}
