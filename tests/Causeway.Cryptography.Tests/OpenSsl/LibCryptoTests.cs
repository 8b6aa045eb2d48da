using System.Security.Cryptography;
using Causeway.Cryptography.OpenSsl;

namespace Causeway.Cryptography.Tests.OpenSsl;

public sealed class LibCryptoTests
{
    [Fact]
    public void A_missing_library_is_named_with_what_to_install()
    {
        var failure = Assert.Throws<PlatformNotSupportedException>(() => LibCrypto.Load(["libcausewaynonexistent.so.3"]));
        Assert.Contains("libcausewaynonexistent.so.3: not found", failure.Message);
        Assert.Contains("libssl3", failure.Message);
    }

    [Fact]
    public void A_library_that_is_not_OpenSSL_3_is_refused()
    {
        if (!OperatingSystem.IsLinux()) Requirement.Missing("Linux, for a library that is always there");
        var failure = Assert.Throws<PlatformNotSupportedException>(() => LibCrypto.Load(["libc.so.6"]));
        Assert.Contains("libc.so.6: not OpenSSL 3.0 or newer", failure.Message);
    }

    [Fact]
    public void The_library_in_use_names_itself()
    {
        OpenSslLibrary.EnsureAvailable();
        Assert.Matches("^OpenSSL [3-9]\\.", OpenSslLibrary.Version);
    }

    [Fact]
    public void A_failed_call_is_named_with_OpenSSL_s_reason_and_leaves_no_error_behind()
    {
        var failure = Assert.Throws<CryptographicException>(() => EvpKey.FromPublic(EvpKey.Ed25519, new byte[31]));
        Assert.Contains("EVP_PKEY_new_raw_public_key failed: error:", failure.Message);
        Assert.Contains("no reason given", LibCrypto.Failure("nothing").Message);
    }
}
