using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Causeway.Cryptography.OpenSsl;

/// <summary>Finds OpenSSL's libcrypto once, refuses versions before 3.0, and turns its error queue into exceptions.</summary>
internal static partial class LibCrypto
{
    /// <summary>The name every import of this room uses; <see cref="Resolve"/> maps it to the platform's file.</summary>
    internal const string Name = "libcrypto";

    // OpenSSL_version_num: 0xMNN00PP0, so 3.0.0 is this (OpenSSL 3, man OpenSSL_version_num).
    private const ulong OldestVersion = 0x30000000;

    private static readonly Lazy<nint> Handle = new(static () => Load(Candidates()));

    /// <summary>Registers the resolver before any import of this assembly can run.</summary>
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "Imports are spread over several classes; the module is their one common beginning.")]
    internal static void Register() => NativeLibrary.SetDllImportResolver(typeof(LibCrypto).Assembly, Resolve);

    /// <summary>Loads the first usable of the named libraries.</summary>
    /// <exception cref="PlatformNotSupportedException">None is there, or only one before 3.0.</exception>
    internal static nint Load(IEnumerable<string> names)
    {
        var tried = new List<string>();
        foreach (var name in names)
        {
            if (!NativeLibrary.TryLoad(name, out var handle))
            {
                tried.Add($"{name}: not found");
                continue;
            }

            if (VersionOf(handle) >= OldestVersion) return handle;
            tried.Add($"{name}: not OpenSSL 3.0 or newer");
            NativeLibrary.Free(handle);
        }

        throw new PlatformNotSupportedException(
            $"OpenSSL 3.0 or newer is needed and was not found ({string.Join("; ", tried)}). "
            + "Install it (Debian and Ubuntu: the package libssl3; Alpine: libcrypto3; macOS: brew install openssl@3).");
    }

    /// <summary>An exception for a failed call, with the oldest queued reason; empties the queue, which belongs to the thread.</summary>
    internal static CryptographicException Failure(string call)
    {
        Span<byte> text = stackalloc byte[256];
        text.Clear();
        var code = ErrGetError();
        ErrErrorString(code, text, (nuint)text.Length);
        ErrClearError();
        var end = text.IndexOf((byte)0);
        return new CryptographicException($"OpenSSL: {call} failed: {(code == 0 ? "no reason given" : Encoding.UTF8.GetString(text[..end]))}.");
    }

    /// <summary>Empties the thread's error queue after a failure that is an answer (a bad signature) and not an error.</summary>
    [LibraryImport(Name, EntryPoint = "ERR_clear_error")]
    internal static partial void ErrClearError();

    /// <summary>OpenSSL_version: a static text about the library; 0 asks for its version.</summary>
    [LibraryImport(Name, EntryPoint = "OpenSSL_version")]
    internal static partial nint VersionText(int kind);

    [LibraryImport(Name, EntryPoint = "ERR_get_error")]
    private static partial CULong ErrGetErrorNative();

    [LibraryImport(Name, EntryPoint = "ERR_error_string_n")]
    private static partial void ErrErrorStringNative(CULong code, Span<byte> buffer, nuint length);

    private static ulong ErrGetError() => ErrGetErrorNative().Value;

    private static void ErrErrorString(ulong code, Span<byte> buffer, nuint length) => ErrErrorStringNative(new CULong((nuint)code), buffer, length);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) => name == Name ? Handle.Value : 0;

    private static IEnumerable<string> Candidates()
    {
        if (OperatingSystem.IsWindows()) return ["libcrypto-3-x64.dll", "libcrypto-3-arm64.dll", "libcrypto-3.dll"];
        if (OperatingSystem.IsMacOS()) return ["libcrypto.3.dylib", "/opt/homebrew/lib/libcrypto.3.dylib", "/usr/local/lib/libcrypto.3.dylib"];
        return ["libcrypto.so.3"];
    }

    private static unsafe ulong VersionOf(nint handle) =>
        NativeLibrary.TryGetExport(handle, "OpenSSL_version_num", out var address) ? ((delegate* unmanaged<CULong>)address)().Value : 0;
}
