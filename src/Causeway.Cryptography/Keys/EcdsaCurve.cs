using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using Causeway.Cryptography.OpenSsl;
using Causeway.Cryptography.Secrets;

namespace Causeway.Cryptography.Keys;

/// <summary>
/// ECDSA (SEC 1, section 4.1) over a curve of 256 bits, on OpenSSL's points and numbers. OpenSSL's own signer has no deterministic nonces before 3.2, and
/// the framework leaves copies of the private keys it imports behind, so the equation stands here.
/// </summary>
internal sealed class EcdsaCurve
{
    /// <summary>The length of scalars and hashes in bytes.</summary>
    internal const int ScalarSize = 32;

    /// <summary>The length of a compressed point in bytes.</summary>
    internal const int CompressedSize = 33;

    /// <summary>The length of an uncompressed point in bytes.</summary>
    internal const int UncompressedSize = 65;

    private readonly SafeEcGroup _group;
    private readonly SafeBigNumber _order;
    private readonly SafeBigNumber _orderMinusTwo;
    private readonly SafeBigNumber _greatestS;
    private readonly bool _lowS;

    private EcdsaCurve(int name, string order, bool lowS)
    {
        var number = BigInteger.Parse(order, NumberStyles.HexNumber);
        _group = EllipticCurve.NewGroup(name);
        _order = Number(number);
        _orderMinusTwo = Number(number - 2);
        _greatestS = Number(lowS ? number / 2 : number - 1);
        _lowS = lowS;
    }

    /// <summary>secp256k1 (SEC 2, section 2.4.1). Of s and −s, both of which verify, only the smaller is valid (BIP 62, rule 5).</summary>
    internal static EcdsaCurve Secp256k1 { get; } =
        new(EllipticCurve.Secp256k1, "00FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141", lowS: true);

    /// <summary>NIST P-256 (SEC 2, section 2.4.2: secp256r1).</summary>
    internal static EcdsaCurve P256 { get; } =
        new(EllipticCurve.P256, "00FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", lowS: false);

    /// <summary>Whether 32 big-endian bytes are a private key: above zero and below the order.</summary>
    internal bool IsScalar(ReadOnlySpan<byte> scalar)
    {
        using var number = BigNumber.NewSecret(scalar);
        return IsScalar(number);
    }

    /// <summary>Draws a private key.</summary>
    internal SecretBytes NewScalar(RandomSource random)
    {
        while (true)
        {
            var scalar = SecretBytes.Random(ScalarSize, random);
            if (IsScalar(scalar.Span)) return scalar;
            scalar.Dispose();
        }
    }

    /// <summary>Writes the public key of a private key, compressed into 33 bytes or uncompressed into 65.</summary>
    internal void WritePublicKey(ReadOnlySpan<byte> privateKey, Span<byte> destination)
    {
        using var context = BigNumber.NewContext();
        using var scalar = BigNumber.NewSecret(privateKey);
        using var point = EllipticCurve.NewPoint(_group);
        EllipticCurve.MultiplyGenerator(_group, point, scalar, context);
        EllipticCurve.Write(_group, point, destination, context);
    }

    /// <summary>Reads a point in a form that the caller has checked; null if it is not one of the curve.</summary>
    internal SafeEcPoint? ReadPoint(ReadOnlySpan<byte> encoded)
    {
        using var context = BigNumber.NewContext();
        var point = EllipticCurve.NewPoint(_group);
        if (EllipticCurve.TryRead(_group, point, encoded, context)) return point;
        point.Dispose();
        return null;
    }

    /// <summary>Signs a hash of 32 bytes, with a deterministic nonce (RFC 6979) and, where the curve wants it, low s.</summary>
    internal void Sign(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> hash, Span<byte> r, Span<byte> s)
    {
        using var context = BigNumber.NewContext();
        using var key = BigNumber.NewSecret(privateKey);
        using var message = BigNumber.NewPublic(hash);
        BigNumber.Reduce(message, message, _order, context);
        Span<byte> state = stackalloc byte[2 * ScalarSize];
        Span<byte> candidate = stackalloc byte[ScalarSize];
        BigNumber.Write(message, candidate);
        var nonces = new DeterministicNonce(state, privateKey, candidate);
        try
        {
            do
            {
                nonces.Next(candidate);
            }
            while (!TrySign(key, message, candidate, r, s, context));
        }
        finally
        {
            nonces.Clear();
            CryptographicOperations.ZeroMemory(candidate);
        }
    }

    /// <summary>Whether r and s, 32 big-endian bytes each, sign the hash. High s is refused where the curve wants it low.</summary>
    internal bool Verify(SafeEcPoint publicKey, ReadOnlySpan<byte> hash, ReadOnlySpan<byte> r, ReadOnlySpan<byte> s)
    {
        using var context = BigNumber.NewContext();
        using var rNumber = BigNumber.NewPublic(r);
        using var inverse = BigNumber.NewPublic(s);
        if (!IsScalar(rNumber) || BigNumber.IsZero(inverse) || BigNumber.Compare(inverse, _greatestS) > 0) return false;

        // R = z/s · G + r/s · Q, whose x must be r.
        using var messageFactor = BigNumber.NewPublic(hash);
        using var keyFactor = BigNumber.NewPublic();
        using var point = EllipticCurve.NewPoint(_group);
        BigNumber.Power(inverse, inverse, _orderMinusTwo, _order, context);
        BigNumber.Multiply(messageFactor, messageFactor, inverse, _order, context);
        BigNumber.Multiply(keyFactor, rNumber, inverse, _order, context);
        EllipticCurve.MultiplyAdd(_group, point, messageFactor, publicKey, keyFactor, context);
        if (!EllipticCurve.TryGetX(_group, point, keyFactor, context)) return false;
        BigNumber.Reduce(keyFactor, keyFactor, _order, context);
        return BigNumber.Compare(keyFactor, rNumber) == 0;
    }

    private static SafeBigNumber Number(BigInteger number) => BigNumber.NewPublic(number.ToByteArray(isUnsigned: true, isBigEndian: true));

    private bool IsScalar(SafeBigNumber number) => !BigNumber.IsZero(number) && BigNumber.Compare(number, _order) < 0;

    private bool TrySign(
        SafeBigNumber key, SafeBigNumber message, ReadOnlySpan<byte> candidate, Span<byte> r, Span<byte> s, SafeBigNumberContext context)
    {
        using var nonce = BigNumber.NewSecret(candidate);
        if (!IsScalar(nonce)) return false;
        using var point = EllipticCurve.NewPoint(_group);
        using var rNumber = BigNumber.NewSecret();
        EllipticCurve.MultiplyGenerator(_group, point, nonce, context);
        if (!EllipticCurve.TryGetX(_group, point, rNumber, context)) return false;
        BigNumber.Reduce(rNumber, rNumber, _order, context);
        if (BigNumber.IsZero(rNumber)) return false;

        // s = (z + r·d) / k, with all of it multiplied by a random number, since OpenSSL's multiplication is not free of timing differences.
        using var blind = BigNumber.NewSecret();
        using var sum = BigNumber.NewSecret();
        using var sNumber = BigNumber.NewSecret();
        do
        {
            BigNumber.Random(blind, _order);
        }
        while (BigNumber.IsZero(blind));

        BigNumber.Multiply(sum, blind, key, _order, context);
        BigNumber.Multiply(sum, sum, rNumber, _order, context);
        BigNumber.Multiply(sNumber, blind, message, _order, context);
        BigNumber.Add(sum, sum, sNumber, _order);
        BigNumber.Multiply(nonce, nonce, blind, _order, context);
        BigNumber.Power(nonce, nonce, _orderMinusTwo, _order, context);
        BigNumber.Multiply(sNumber, sum, nonce, _order, context);
        if (BigNumber.IsZero(sNumber)) return false;
        if (_lowS && BigNumber.Compare(sNumber, _greatestS) > 0) BigNumber.Subtract(sNumber, _order, sNumber);

        BigNumber.Write(rNumber, r);
        BigNumber.Write(sNumber, s);
        return true;
    }
}
