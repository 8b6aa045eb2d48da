using System.Runtime.InteropServices;

namespace Causeway.Cryptography.OpenSsl;

/// <summary>The OpenSSL that this process uses.</summary>
public static class OpenSslLibrary
{
    private static readonly Lazy<string> Text = new(static () => Marshal.PtrToStringUTF8(LibCrypto.VersionText(0)) ?? "");

    /// <summary>Its name, version and date, as it gives them itself (<c>OpenSSL 3.0.19 27 Jan 2026</c>).</summary>
    /// <exception cref="PlatformNotSupportedException">There is none, or only one before 3.0; the message says what to install.</exception>
    public static string Version => Text.Value;

    /// <summary>Makes sure that there is a usable one, so that a program can say so at its start and not at its first connection.</summary>
    /// <exception cref="PlatformNotSupportedException">There is none, or only one before 3.0; the message says what to install.</exception>
    public static void EnsureAvailable() => _ = Version;
}
