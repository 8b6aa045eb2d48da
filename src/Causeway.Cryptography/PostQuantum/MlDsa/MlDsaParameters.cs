namespace Causeway.Cryptography.PostQuantum.MlDsa;

/// <summary>The numbers of ML-DSA-87 (FIPS 204, section 4).</summary>
internal static class MlDsaParameters
{
    /// <summary>Coefficients of a polynomial.</summary>
    internal const int N = 256;

    /// <summary>The modulus, 2²³ − 2¹³ + 1.</summary>
    internal const int Q = 8380417;

    /// <summary>Rows of the matrix.</summary>
    internal const int K = 8;

    /// <summary>Columns of the matrix.</summary>
    internal const int L = 7;

    /// <summary>Bits dropped from t.</summary>
    internal const int D = 13;

    /// <summary>Coefficients of the challenge that are not zero.</summary>
    internal const int Tau = 60;

    /// <summary>Largest coefficient of the secret vectors.</summary>
    internal const int Eta = 2;

    /// <summary>τ·η.</summary>
    internal const int Beta = Tau * Eta;

    /// <summary>Range of the mask y.</summary>
    internal const int Gamma1 = 1 << 19;

    /// <summary>Range of the low bits.</summary>
    internal const int Gamma2 = (Q - 1) / 32;

    /// <summary>Most ones of a hint.</summary>
    internal const int Omega = 75;

    /// <summary>Bytes of ξ, ρ, K and rnd.</summary>
    internal const int SeedSize = 32;

    /// <summary>Bytes of tr, μ and ρ″.</summary>
    internal const int HashSize = 64;

    /// <summary>Bytes of the challenge c̃: λ/4.</summary>
    internal const int ChallengeSize = 64;

    /// <summary>Bytes of a polynomial of t₁, 10 bits a coefficient.</summary>
    internal const int T1Size = 10 * N / 8;

    /// <summary>Bytes of a polynomial of t₀, 13 bits a coefficient.</summary>
    internal const int T0Size = D * N / 8;

    /// <summary>Bytes of a polynomial of s₁ or s₂, 3 bits a coefficient.</summary>
    internal const int SecretSize = 3 * N / 8;

    /// <summary>Bytes of a polynomial of z or y, 20 bits a coefficient.</summary>
    internal const int ZSize = 20 * N / 8;

    /// <summary>Bytes of a polynomial of w₁, 4 bits a coefficient.</summary>
    internal const int W1Size = 4 * N / 8;

    /// <summary>Bytes of a public key.</summary>
    internal const int PublicKeySize = SeedSize + (K * T1Size);

    /// <summary>Bytes of an expanded private key: ρ ‖ K ‖ tr ‖ s₁ ‖ s₂ ‖ t₀.</summary>
    internal const int PrivateKeySize = (2 * SeedSize) + HashSize + ((L + K) * SecretSize) + (K * T0Size);

    /// <summary>Bytes of a signature: c̃ ‖ z ‖ h.</summary>
    internal const int SignatureSize = ChallengeSize + (L * ZSize) + Omega + K;
}
