using System.Runtime.InteropServices;

namespace Causeway.Cryptography.OpenSsl;

/// <summary>BN: arithmetic modulo the order of a curve.</summary>
internal static partial class BigNumber
{
    // BN_FLG_CONSTTIME (openssl/bn.h).
    private const int ConstantTime = 0x04;

    /// <summary>A number of value zero, marked secret: operations that can avoid branches on it do.</summary>
    internal static SafeBigNumber NewSecret()
    {
        var number = Valid(SecureNew(), "BN_secure_new");
        SetFlags(number, ConstantTime);
        return number;
    }

    /// <summary>A secret number from its big-endian bytes.</summary>
    internal static SafeBigNumber NewSecret(ReadOnlySpan<byte> bigEndian)
    {
        var number = NewSecret();
        Check(Read(bigEndian, bigEndian.Length, number) != 0, "BN_bin2bn");
        return number;
    }

    /// <summary>A number of value zero.</summary>
    internal static SafeBigNumber NewPublic() => Valid(New(), "BN_new");

    /// <summary>A number from its big-endian bytes.</summary>
    internal static SafeBigNumber NewPublic(ReadOnlySpan<byte> bigEndian)
    {
        var number = NewPublic();
        Check(Read(bigEndian, bigEndian.Length, number) != 0, "BN_bin2bn");
        return number;
    }

    /// <summary>Scratch space, in memory that is overwritten when freed.</summary>
    internal static SafeBigNumberContext NewContext()
    {
        var context = SecureNewContext();
        return context.IsInvalid ? throw LibCrypto.Failure("BN_CTX_secure_new") : context;
    }

    /// <summary>Writes the number in as many big-endian bytes as <paramref name="destination"/> has.</summary>
    internal static void Write(SafeBigNumber number, Span<byte> destination) =>
        Check(WritePadded(number, destination, destination.Length) == destination.Length, "BN_bn2binpad");

    /// <summary>result = a mod m, never negative.</summary>
    internal static void Reduce(SafeBigNumber result, SafeBigNumber a, SafeBigNumber m, SafeBigNumberContext context) =>
        Check(NonNegativeMod(result, a, m, context) == 1, "BN_nnmod");

    /// <summary>result = a · b mod m.</summary>
    internal static void Multiply(SafeBigNumber result, SafeBigNumber a, SafeBigNumber b, SafeBigNumber m, SafeBigNumberContext context) =>
        Check(ModMultiply(result, a, b, m, context) == 1, "BN_mod_mul");

    /// <summary>result = a + b mod m, for a and b below m.</summary>
    internal static void Add(SafeBigNumber result, SafeBigNumber a, SafeBigNumber b, SafeBigNumber m) =>
        Check(ModAdd(result, a, b, m) == 1, "BN_mod_add_quick");

    /// <summary>result = a − b, for a not below b.</summary>
    internal static void Subtract(SafeBigNumber result, SafeBigNumber a, SafeBigNumber b) => Check(PlainSubtract(result, a, b) == 1, "BN_sub");

    /// <summary>result = a ^ exponent mod m, for odd m, in time that does not depend on a or the exponent.</summary>
    internal static void Power(SafeBigNumber result, SafeBigNumber a, SafeBigNumber exponent, SafeBigNumber m, SafeBigNumberContext context) =>
        Check(ModPower(result, a, exponent, m, context, 0) == 1, "BN_mod_exp_mont_consttime");

    /// <summary>result = a random secret below <paramref name="limit"/>.</summary>
    internal static void Random(SafeBigNumber result, SafeBigNumber limit) => Check(PrivateRandom(result, limit) == 1, "BN_priv_rand_range");

    /// <summary>Below zero, zero or above it as a is less than, equal to or greater than b.</summary>
    [LibraryImport(LibCrypto.Name, EntryPoint = "BN_cmp")]
    internal static partial int Compare(SafeBigNumber a, SafeBigNumber b);

    [LibraryImport(LibCrypto.Name, EntryPoint = "BN_clear_free")]
    internal static partial void Free(nint number);

    [LibraryImport(LibCrypto.Name, EntryPoint = "BN_CTX_free")]
    internal static partial void FreeContext(nint context);

    /// <summary>Whether the number is zero.</summary>
    internal static bool IsZero(SafeBigNumber number) => IsZeroNative(number) != 0;

    private static SafeBigNumber Valid(SafeBigNumber number, string call) => number.IsInvalid ? throw LibCrypto.Failure(call) : number;

    private static void Check(bool succeeded, string call)
    {
        if (!succeeded) throw LibCrypto.Failure(call);
    }

    [LibraryImport(LibCrypto.Name, EntryPoint = "BN_new")]
    private static partial SafeBigNumber New();

    [LibraryImport(LibCrypto.Name, EntryPoint = "BN_secure_new")]
    private static partial SafeBigNumber SecureNew();

    [LibraryImport(LibCrypto.Name, EntryPoint = "BN_set_flags")]
    private static partial void SetFlags(SafeBigNumber number, int flags);

    [LibraryImport(LibCrypto.Name, EntryPoint = "BN_CTX_secure_new")]
    private static partial SafeBigNumberContext SecureNewContext();

    [LibraryImport(LibCrypto.Name, EntryPoint = "BN_bin2bn")]
    private static partial nint Read(ReadOnlySpan<byte> bigEndian, int length, SafeBigNumber number);

    [LibraryImport(LibCrypto.Name, EntryPoint = "BN_bn2binpad")]
    private static partial int WritePadded(SafeBigNumber number, Span<byte> destination, int length);

    [LibraryImport(LibCrypto.Name, EntryPoint = "BN_nnmod")]
    private static partial int NonNegativeMod(SafeBigNumber result, SafeBigNumber a, SafeBigNumber m, SafeBigNumberContext context);

    [LibraryImport(LibCrypto.Name, EntryPoint = "BN_mod_mul")]
    private static partial int ModMultiply(SafeBigNumber result, SafeBigNumber a, SafeBigNumber b, SafeBigNumber m, SafeBigNumberContext context);

    [LibraryImport(LibCrypto.Name, EntryPoint = "BN_mod_add_quick")]
    private static partial int ModAdd(SafeBigNumber result, SafeBigNumber a, SafeBigNumber b, SafeBigNumber m);

    [LibraryImport(LibCrypto.Name, EntryPoint = "BN_sub")]
    private static partial int PlainSubtract(SafeBigNumber result, SafeBigNumber a, SafeBigNumber b);

    [LibraryImport(LibCrypto.Name, EntryPoint = "BN_mod_exp_mont_consttime")]
    private static partial int ModPower(
        SafeBigNumber result, SafeBigNumber a, SafeBigNumber exponent, SafeBigNumber m, SafeBigNumberContext context, nint montgomery);

    [LibraryImport(LibCrypto.Name, EntryPoint = "BN_priv_rand_range")]
    private static partial int PrivateRandom(SafeBigNumber result, SafeBigNumber limit);

    [LibraryImport(LibCrypto.Name, EntryPoint = "BN_is_zero")]
    private static partial int IsZeroNative(SafeBigNumber number);
}
