namespace Causeway.Cryptography.PostQuantum.MlKem;

/// <summary>The numbers of ML-KEM-1024 (FIPS 203, sections 2.3 and 8).</summary>
internal static class MlKemParameters
{
    /// <summary>Coefficients of a polynomial.</summary>
    internal const int N = 256;

    /// <summary>The modulus.</summary>
    internal const int Q = 3329;

    /// <summary>Polynomials of a vector.</summary>
    internal const int K = 4;

    /// <summary>Coefficients of a vector.</summary>
    internal const int VectorLength = K * N;

    /// <summary>Bits of a compressed coefficient of u.</summary>
    internal const int Du = 11;

    /// <summary>Bits of a compressed coefficient of v.</summary>
    internal const int Dv = 5;

    /// <summary>Bytes of seeds, hashes, messages and shared secrets.</summary>
    internal const int SymmetricSize = 32;

    /// <summary>Bytes of d ‖ z.</summary>
    internal const int SeedSize = 2 * SymmetricSize;

    /// <summary>Bytes of a polynomial with 12 bits a coefficient.</summary>
    internal const int PolynomialSize = 12 * N / 8;

    /// <summary>Bytes of a vector with 12 bits a coefficient.</summary>
    internal const int VectorSize = K * PolynomialSize;

    /// <summary>Bytes of an encapsulation key.</summary>
    internal const int EncapsulationKeySize = VectorSize + SymmetricSize;

    /// <summary>Bytes of an expanded decapsulation key: dk_PKE ‖ ek ‖ H(ek) ‖ z.</summary>
    internal const int DecapsulationKeySize = VectorSize + EncapsulationKeySize + (2 * SymmetricSize);

    /// <summary>Bytes of the compressed u.</summary>
    internal const int CompressedVectorSize = K * Du * N / 8;

    /// <summary>Bytes of a ciphertext.</summary>
    internal const int CiphertextSize = CompressedVectorSize + (Dv * N / 8);
}
