using System.Runtime.InteropServices;

namespace Causeway.Cryptography.OpenSsl;

/// <summary>EC: points of a curve over a prime field.</summary>
internal static partial class EllipticCurve
{
    /// <summary>NID_secp256k1 (<c>openssl/obj_mac.h</c>).</summary>
    internal const int Secp256k1 = 714;

    /// <summary>NID_X9_62_prime256v1 (<c>openssl/obj_mac.h</c>).</summary>
    internal const int P256 = 415;

    // POINT_CONVERSION_COMPRESSED and _UNCOMPRESSED (openssl/ec.h).
    private const int Compressed = 2;
    private const int Uncompressed = 4;

    /// <summary>A named curve. Its methods only read it, so threads may share it.</summary>
    internal static SafeEcGroup NewGroup(int name)
    {
        var group = NewGroupByName(name);
        return group.IsInvalid ? throw LibCrypto.Failure("EC_GROUP_new_by_curve_name") : group;
    }

    /// <summary>The point at infinity, to be overwritten.</summary>
    internal static SafeEcPoint NewPoint(SafeEcGroup group)
    {
        var point = NewPointNative(group);
        return point.IsInvalid ? throw LibCrypto.Failure("EC_POINT_new") : point;
    }

    /// <summary>Reads an encoded point; false if it is not one of the curve.</summary>
    internal static bool TryRead(SafeEcGroup group, SafeEcPoint point, ReadOnlySpan<byte> encoded, SafeBigNumberContext context)
    {
        if (OctetsToPoint(group, point, encoded, (nuint)encoded.Length, context) == 1) return true;
        LibCrypto.ErrClearError();
        return false;
    }

    /// <summary>Writes the compressed form into 33 bytes or the uncompressed one into 65.</summary>
    internal static void Write(SafeEcGroup group, SafeEcPoint point, Span<byte> destination, SafeBigNumberContext context)
    {
        var form = destination.Length == 65 ? Uncompressed : Compressed;
        if (PointToOctets(group, point, form, destination, (nuint)destination.Length, context) != (nuint)destination.Length)
            throw LibCrypto.Failure("EC_POINT_point2oct");
    }

    /// <summary>result = scalar · G. OpenSSL does this in constant time (its ladder), the scalar may be secret.</summary>
    internal static void MultiplyGenerator(SafeEcGroup group, SafeEcPoint result, SafeBigNumber scalar, SafeBigNumberContext context)
    {
        if (MultiplyGeneratorNative(group, result, scalar, 0, 0, context) != 1) throw LibCrypto.Failure("EC_POINT_mul");
    }

    /// <summary>result = a · G + b · point, in variable time: for public values only.</summary>
    internal static void MultiplyAdd(
        SafeEcGroup group, SafeEcPoint result, SafeBigNumber a, SafeEcPoint point, SafeBigNumber b, SafeBigNumberContext context)
    {
        if (MultiplyAddNative(group, result, a, point, b, context) != 1) throw LibCrypto.Failure("EC_POINT_mul");
    }

    /// <summary>Writes the affine x coordinate into <paramref name="x"/>; false for the point at infinity.</summary>
    internal static bool TryGetX(SafeEcGroup group, SafeEcPoint point, SafeBigNumber x, SafeBigNumberContext context)
    {
        if (GetAffine(group, point, x, 0, context) == 1) return true;
        LibCrypto.ErrClearError();
        return false;
    }

    [LibraryImport(LibCrypto.Name, EntryPoint = "EC_GROUP_free")]
    internal static partial void FreeGroup(nint group);

    [LibraryImport(LibCrypto.Name, EntryPoint = "EC_POINT_clear_free")]
    internal static partial void FreePoint(nint point);

    [LibraryImport(LibCrypto.Name, EntryPoint = "EC_GROUP_new_by_curve_name")]
    private static partial SafeEcGroup NewGroupByName(int name);

    [LibraryImport(LibCrypto.Name, EntryPoint = "EC_POINT_new")]
    private static partial SafeEcPoint NewPointNative(SafeEcGroup group);

    [LibraryImport(LibCrypto.Name, EntryPoint = "EC_POINT_oct2point")]
    private static partial int OctetsToPoint(SafeEcGroup group, SafeEcPoint point, ReadOnlySpan<byte> encoded, nuint length, SafeBigNumberContext context);

    [LibraryImport(LibCrypto.Name, EntryPoint = "EC_POINT_point2oct")]
    private static partial nuint PointToOctets(
        SafeEcGroup group, SafeEcPoint point, int form, Span<byte> destination, nuint length, SafeBigNumberContext context);

    [LibraryImport(LibCrypto.Name, EntryPoint = "EC_POINT_mul")]
    private static partial int MultiplyGeneratorNative(
        SafeEcGroup group, SafeEcPoint result, SafeBigNumber scalar, nint point, nint pointScalar, SafeBigNumberContext context);

    [LibraryImport(LibCrypto.Name, EntryPoint = "EC_POINT_mul")]
    private static partial int MultiplyAddNative(
        SafeEcGroup group, SafeEcPoint result, SafeBigNumber a, SafeEcPoint point, SafeBigNumber b, SafeBigNumberContext context);

    [LibraryImport(LibCrypto.Name, EntryPoint = "EC_POINT_get_affine_coordinates")]
    private static partial int GetAffine(SafeEcGroup group, SafeEcPoint point, SafeBigNumber x, nint y, SafeBigNumberContext context);
}
