using System.Security.Cryptography;
using System.Text;
using Causeway.Cryptography.KeyFiles;
using Causeway.Cryptography.Keys;
using Causeway.Hosting.Lifecycle;

namespace Causeway.Cli.Identity;

/// <summary>Identities in files: the base64 of the libp2p key protobuf is written; that or the bare protobuf is read.</summary>
internal static class KeyFile
{
    // The largest RSA key that is accepted has some 6.3 KiB as base64.
    private const int MaxLength = 64 * 1024;

    /// <summary>Reads a key.</summary>
    /// <exception cref="UserErrorException">The file is not there or holds no key.</exception>
    public static PrivateKey Read(string path)
    {
        byte[] content = [];
        try
        {
            var info = new FileInfo(path);
            if (!info.Exists) throw new UserErrorException(ExitCode.Usage, $"the key file '{path}' does not exist; make one with: causeway id --new {path}");
            if (info.Length > MaxLength) throw new UserErrorException(ExitCode.Usage, $"'{path}' is too large for a key");
            content = File.ReadAllBytes(path);
            return PrivateKey.FromProtobuf(TryDecode(content) ?? content);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(ExitCode.Usage, $"the key file '{path}' cannot be read: {e.Message}", e);
        }
        catch (Exception e) when (e is FormatException or CryptographicException)
        {
            throw new UserErrorException(ExitCode.Usage, $"'{path}' holds no libp2p private key: {e.Message}", e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
        }
    }

    /// <summary>Writes a key to a new file that only its owner can read.</summary>
    /// <exception cref="UserErrorException">The file exists or cannot be written.</exception>
    public static void Create(string path, PrivateKey key)
    {
        try
        {
            PrivateFile.Create(path, Encoding.ASCII.GetBytes(ToText(key) + "\n"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(ExitCode.Usage, $"the key file '{path}' cannot be created: {e.Message}", e);
        }
    }

    /// <summary>The key as base64.</summary>
    public static string ToText(PrivateKey key)
    {
        var bytes = key.ToProtobuf();
        try
        {
            return Convert.ToBase64String(bytes);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private static byte[]? TryDecode(byte[] content)
    {
        var bytes = new byte[content.Length];
        return Convert.TryFromBase64String(Encoding.Latin1.GetString(content).Trim(), bytes, out var length) ? bytes[..length] : null;
    }
}
