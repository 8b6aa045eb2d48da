using System.Security.Cryptography;
using Causeway.Cryptography.OpenSsl;

namespace Causeway.Cryptography.Keys;

/// <summary>
/// ECDSA (SEC 1, section 4.1) over secp256k1 (SEC 2, section 2.4.1) on OpenSSL's points and numbers. OpenSSL's own signer has no deterministic
/// nonces before 3.2, so the equation stands here.
/// </summary>
internal static class Secp256k1Curve
{
    /// <summary>The length of scalars and hashes in bytes.</summary>
    internal const int ScalarSize = 32;

    /// <summary>The length of a compressed point in bytes.</summary>
    internal const int PointSize = 33;

    private static readonly SafeEcGroup Group = EllipticCurve.NewGroup(EllipticCurve.Secp256k1);
    private static readonly SafeBigNumber Order =
        BigNumber.NewPublic(Convert.FromHexString("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141"));

    private static readonly SafeBigNumber OrderMinusTwo =
        BigNumber.NewPublic(Convert.FromHexString("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD036413F"));

    // The largest low s, (order − 1) / 2: of s and −s, both of which verify, only the smaller is valid (BIP 62, rule 5).
    private static readonly SafeBigNumber HalfOrder =
        BigNumber.NewPublic(Convert.FromHexString("7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0"));

    /// <summary>Whether 32 big-endian bytes are a private key: above zero and below the order.</summary>
    internal static bool IsScalar(ReadOnlySpan<byte> scalar)
    {
        using var number = BigNumber.NewSecret(scalar);
        return IsScalar(number);
    }

    /// <summary>Writes the compressed public key of a private key.</summary>
    internal static void WritePublicKey(ReadOnlySpan<byte> privateKey, Span<byte> destination)
    {
        using var context = BigNumber.NewContext();
        using var scalar = BigNumber.NewSecret(privateKey);
        using var point = EllipticCurve.NewPoint(Group);
        EllipticCurve.MultiplyGenerator(Group, point, scalar, context);
        EllipticCurve.WriteCompressed(Group, point, destination, context);
    }

    /// <summary>Reads a compressed point; null if it is not one of the curve.</summary>
    internal static SafeEcPoint? ReadPoint(ReadOnlySpan<byte> compressed)
    {
        if (compressed.Length != PointSize || compressed[0] is not (2 or 3)) return null;
        using var context = BigNumber.NewContext();
        var point = EllipticCurve.NewPoint(Group);
        if (EllipticCurve.TryRead(Group, point, compressed, context)) return point;
        point.Dispose();
        return null;
    }

    /// <summary>Signs a hash of 32 bytes, with a deterministic nonce (RFC 6979) and low s.</summary>
    internal static void Sign(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> hash, Span<byte> r, Span<byte> s)
    {
        using var context = BigNumber.NewContext();
        using var key = BigNumber.NewSecret(privateKey);
        using var message = BigNumber.NewPublic(hash);
        BigNumber.Reduce(message, message, Order, context);
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

    /// <summary>Whether r and s, 32 big-endian bytes each, sign the hash. High s is refused.</summary>
    internal static bool Verify(SafeEcPoint publicKey, ReadOnlySpan<byte> hash, ReadOnlySpan<byte> r, ReadOnlySpan<byte> s)
    {
        using var context = BigNumber.NewContext();
        using var rNumber = BigNumber.NewPublic(r);
        using var inverse = BigNumber.NewPublic(s);
        if (!IsScalar(rNumber) || BigNumber.IsZero(inverse) || BigNumber.Compare(inverse, HalfOrder) > 0) return false;

        // R = z/s · G + r/s · Q, whose x must be r.
        using var messageFactor = BigNumber.NewPublic(hash);
        using var keyFactor = BigNumber.NewPublic();
        using var point = EllipticCurve.NewPoint(Group);
        BigNumber.Power(inverse, inverse, OrderMinusTwo, Order, context);
        BigNumber.Multiply(messageFactor, messageFactor, inverse, Order, context);
        BigNumber.Multiply(keyFactor, rNumber, inverse, Order, context);
        EllipticCurve.MultiplyAdd(Group, point, messageFactor, publicKey, keyFactor, context);
        if (!EllipticCurve.TryGetX(Group, point, keyFactor, context)) return false;
        BigNumber.Reduce(keyFactor, keyFactor, Order, context);
        return BigNumber.Compare(keyFactor, rNumber) == 0;
    }

    private static bool IsScalar(SafeBigNumber number) => !BigNumber.IsZero(number) && BigNumber.Compare(number, Order) < 0;

    private static bool TrySign(
        SafeBigNumber key, SafeBigNumber message, ReadOnlySpan<byte> candidate, Span<byte> r, Span<byte> s, SafeBigNumberContext context)
    {
        using var nonce = BigNumber.NewSecret(candidate);
        if (!IsScalar(nonce)) return false;
        using var point = EllipticCurve.NewPoint(Group);
        using var rNumber = BigNumber.NewSecret();
        EllipticCurve.MultiplyGenerator(Group, point, nonce, context);
        if (!EllipticCurve.TryGetX(Group, point, rNumber, context)) return false;
        BigNumber.Reduce(rNumber, rNumber, Order, context);
        if (BigNumber.IsZero(rNumber)) return false;

        // s = (z + r·d) / k, with all of it multiplied by a random number, since OpenSSL's multiplication is not free of timing differences.
        using var blind = BigNumber.NewSecret();
        using var sum = BigNumber.NewSecret();
        using var sNumber = BigNumber.NewSecret();
        do
        {
            BigNumber.Random(blind, Order);
        }
        while (BigNumber.IsZero(blind));

        BigNumber.Multiply(sum, blind, key, Order, context);
        BigNumber.Multiply(sum, sum, rNumber, Order, context);
        BigNumber.Multiply(sNumber, blind, message, Order, context);
        BigNumber.Add(sum, sum, sNumber, Order);
        BigNumber.Multiply(nonce, nonce, blind, Order, context);
        BigNumber.Power(nonce, nonce, OrderMinusTwo, Order, context);
        BigNumber.Multiply(sNumber, sum, nonce, Order, context);
        if (BigNumber.IsZero(sNumber)) return false;
        if (BigNumber.Compare(sNumber, HalfOrder) > 0) BigNumber.Subtract(sNumber, Order, sNumber);

        BigNumber.Write(rNumber, r);
        BigNumber.Write(sNumber, s);
        return true;
    }
}
