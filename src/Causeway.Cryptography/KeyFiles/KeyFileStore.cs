using System.Security.Cryptography;
using Causeway.Cryptography.Secrets;

namespace Causeway.Cryptography.KeyFiles;

/// <summary>Key files on disk: made once, with mode 0600, never overwritten; refused if others may open them.</summary>
public static class KeyFileStore
{
    /// <summary>Writes a new key file (<see cref="KeyFile.Encode"/>).</summary>
    /// <exception cref="KeyFileException">A file of this name exists, or it cannot be written.</exception>
    public static void Create(string path, string kind, string name, ReadOnlySpan<byte> secret, ReadOnlySpan<char> passphrase, RandomSource? random = null)
    {
        var content = KeyFile.Encode(kind, name, secret, passphrase, random: random);
        try
        {
            PrivateFile.Create(path, content);
        }
        catch (IOException e) when (File.Exists(path))
        {
            throw new KeyFileException(KeyFileError.Exists, "A file of this name exists already, and a key is never overwritten; choose another name.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KeyFileException(KeyFileError.Inaccessible, $"The key file cannot be written: {e.Message}", e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
        }
    }

    /// <summary>The kind and name in a key file, for which no passphrase is needed.</summary>
    /// <exception cref="KeyFileException">There is no usable key file.</exception>
    public static (string Kind, string Name, bool IsEncrypted) Describe(string path)
    {
        var file = Read(path);
        file.Forget();
        return (file.Kind, file.Name, file.IsEncrypted);
    }

    /// <summary>The secret in a key file, and the name that stands beside it; the caller disposes the secret and checks that the name is its.</summary>
    /// <exception cref="KeyFileException">There is no usable key file, or the passphrase is missing or wrong.</exception>
    public static (SecretBytes Secret, string Name) Open(string path, string kind, ReadOnlySpan<char> passphrase)
    {
        var file = Read(path);
        try
        {
            return (file.Open(kind, passphrase), file.Name);
        }
        finally
        {
            file.Forget();
        }
    }

    private static KeyFile Read(string path)
    {
        var content = GC.AllocateArray<byte>(KeyFile.MaximumLength + 1, pinned: true);
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            if (PrivateFile.IsOpenToOthers(stream))
                throw new KeyFileException(KeyFileError.TooOpen, "Others than its owner may open this key file; run 'chmod 600' on it, and make a new key if somebody may have read it.");
            return KeyFile.Decode(content.AsSpan(0, stream.ReadAtLeast(content, content.Length, throwOnEndOfStream: false)));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new KeyFileException(KeyFileError.Inaccessible, "There is no such key file; make a key, or name the right file.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KeyFileException(KeyFileError.Inaccessible, $"The key file cannot be read: {e.Message}", e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
        }
    }
}
