using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Causeway.Cryptography.Secrets;
using Causeway.Cryptography.Sha3;
using static Causeway.Cryptography.PostQuantum.MlDsa.MlDsaParameters;

namespace Causeway.Cryptography.PostQuantum.MlDsa;

/// <summary>
/// A private key ready for signing: its bytes, the matrix Â and the transforms of the secret vectors, so that a signature computes none of them again.
/// About 85 KB, pinned where secret and zeroed by <see cref="Dispose"/>.
/// </summary>
internal sealed class MlDsaExpandedKey : IDisposable
{
    private const int SecretPolynomials = L + K + K;
    private readonly SecretBytes _bytes = new(PrivateKeySize);
    private readonly int[] _matrix = new int[K * L * N];
    private readonly int[] _transforms = GC.AllocateArray<int>(SecretPolynomials * N, pinned: true);
    private readonly byte[] _publicKey = new byte[PublicKeySize];

    private MlDsaExpandedKey()
    {
    }

    /// <summary>The encoded private key (algorithm 24).</summary>
    internal ReadOnlySpan<byte> Bytes => _bytes.Span;

    internal ReadOnlySpan<byte> PublicKey => _publicKey;

    /// <summary>K, which makes the masks.</summary>
    internal ReadOnlySpan<byte> Secret => Bytes.Slice(SeedSize, SeedSize);

    /// <summary>tr, the hash of the public key.</summary>
    internal ReadOnlySpan<byte> PublicKeyHash => Bytes.Slice(2 * SeedSize, HashSize);

    /// <summary>One row of Â, L polynomials.</summary>
    internal ReadOnlySpan<int> Row(int row) => _matrix.AsSpan(row * L * N, L * N);

    /// <summary>The transform of s₁, L polynomials.</summary>
    internal ReadOnlySpan<int> S1 => _transforms.AsSpan(0, L * N);

    /// <summary>The transform of s₂, K polynomials.</summary>
    internal ReadOnlySpan<int> S2 => _transforms.AsSpan(L * N, K * N);

    /// <summary>The transform of t₀, K polynomials.</summary>
    internal ReadOnlySpan<int> T0 => _transforms.AsSpan((L + K) * N, K * N);

    /// <summary>Algorithm 6: the key of the seed ξ.</summary>
    [SkipLocalsInit]
    internal static MlDsaExpandedKey FromSeed(ReadOnlySpan<byte> seed)
    {
        Span<byte> seeds = stackalloc byte[(2 * SeedSize) + HashSize];
        Span<int> secrets = stackalloc int[(L + K) * N];
        Span<int> t0 = stackalloc int[K * N];
        var hash = Sponge.Shake256();
        hash.Absorb(seed);
        hash.Absorb([K, L]);
        hash.Squeeze(seeds);
        hash.Clear();

        var key = new MlDsaExpandedKey();
        var rho = seeds[..SeedSize];
        var secretSeed = seeds.Slice(SeedSize, HashSize);
        MlDsaSampler.ExpandSecret(secretSeed, 0, secrets[..(8 * N)]);
        MlDsaSampler.ExpandSecret(secretSeed, 8, secrets[(8 * N)..]);
        key.Complete(rho, secrets, t0);

        var bytes = key._bytes.Span;
        rho.CopyTo(bytes);
        seeds[^SeedSize..].CopyTo(bytes[SeedSize..]);
        MlDsaCore.Hash(key._publicKey, bytes.Slice(2 * SeedSize, HashSize));
        var at = (2 * SeedSize) + HashSize;
        for (var i = 0; i < L + K; i++, at += SecretSize) MlDsaCodec.EncodeSecret(secrets.Slice(i * N, N), bytes.Slice(at, SecretSize));
        for (var i = 0; i < K; i++, at += T0Size) MlDsaCodec.EncodeT0(t0.Slice(i * N, N), bytes.Slice(at, T0Size));
        CryptographicOperations.ZeroMemory(seeds);
        Zero(secrets);
        Zero(t0);
        return key;
    }

    /// <summary>
    /// Algorithm 25 with everything checked that can be: the secret vectors' range, and that t₀ and tr are those that ρ, s₁ and s₂ lead to.
    /// <see langword="null"/> if one is not.
    /// </summary>
    [SkipLocalsInit]
    internal static MlDsaExpandedKey? FromBytes(ReadOnlySpan<byte> privateKey)
    {
        Span<int> secrets = stackalloc int[(L + K) * N];
        Span<int> t0 = stackalloc int[K * N];
        Span<int> claimed = stackalloc int[N];
        Span<byte> hash = stackalloc byte[HashSize];
        var key = new MlDsaExpandedKey();
        privateKey.CopyTo(key._bytes.Span);
        var valid = true;
        var at = (2 * SeedSize) + HashSize;
        for (var i = 0; i < L + K; i++, at += SecretSize) valid &= MlDsaCodec.DecodeSecret(privateKey.Slice(at, SecretSize), secrets.Slice(i * N, N));
        if (valid)
        {
            key.Complete(privateKey[..SeedSize], secrets, t0);
            MlDsaCore.Hash(key._publicKey, hash);
            valid &= CryptographicOperations.FixedTimeEquals(hash, key.PublicKeyHash);
            for (var i = 0; i < K; i++, at += T0Size)
            {
                MlDsaCodec.DecodeT0(privateKey.Slice(at, T0Size), claimed);
                valid &= CryptographicOperations.FixedTimeEquals(MemoryMarshal.AsBytes(claimed), MemoryMarshal.AsBytes(t0.Slice(i * N, N)));
            }
        }

        Zero(secrets);
        Zero(t0);
        Zero(claimed);
        if (valid) return key;
        key.Dispose();
        return null;
    }

    public void Dispose()
    {
        _bytes.Dispose();
        Zero(_transforms);
    }

    // Â, the transforms, t = As₁ + s₂ split into t₁ (the public key) and t₀.
    [SkipLocalsInit]
    private void Complete(ReadOnlySpan<byte> rho, ReadOnlySpan<int> secrets, Span<int> t0)
    {
        Span<int> t = stackalloc int[N];
        for (var i = 0; i < K * L; i += 8) MlDsaSampler.ExpandMatrix(rho, i, _matrix.AsSpan(i * N, 8 * N));
        secrets.CopyTo(_transforms);
        for (var i = 0; i < L + K; i++) Transform(_transforms.AsSpan(i * N, N));

        rho.CopyTo(_publicKey);
        for (var i = 0; i < K; i++)
        {
            MlDsaPolynomial.Product(Row(i), S1, t);
            MlDsaPolynomial.InverseNtt(t);
            MlDsaPolynomial.Add(t, secrets.Slice((L + i) * N, N));
            MlDsaPolynomial.Canonicalise(t);
            MlDsaPolynomial.Power2Round(t, t0.Slice(i * N, N));
            MlDsaCodec.EncodeT1(t, _publicKey.AsSpan(SeedSize + (i * T1Size), T1Size));
        }

        t0.CopyTo(_transforms.AsSpan((L + K) * N));
        for (var i = 0; i < K; i++) Transform(_transforms.AsSpan((L + K + i) * N, N));
        Zero(t);
    }

    private static void Transform(Span<int> polynomial)
    {
        MlDsaPolynomial.Ntt(polynomial);
        MlDsaPolynomial.Reduce(polynomial);
    }

    private static void Zero(Span<int> secret) => CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(secret));
}
