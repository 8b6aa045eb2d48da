using System.Diagnostics.CodeAnalysis;

namespace Causeway.Ipfs.UnixFs;

/// <summary>The irreducible polynomials of degree 53 by which Rabin fingerprints are reduced. The values are their bits.</summary>
[SuppressMessage("Design", "CA1028", Justification = "The values have 54 bits.")]
[SuppressMessage("Design", "CA1008", Justification = "There is no polynomial 0.")]
public enum RabinPolynomial : ulong
{
    /// <summary>Kubo's (<c>boxo/chunker</c>, <c>IpfsRabinPoly</c>).</summary>
    Kubo = 0x3DF305DFB2A805,

    /// <summary>Helia's (<c>rabin-wasm</c>).</summary>
    Helia = 0x3DA3358B4DC173,
}
