using Causeway.Cryptography.Hybrid;
using Causeway.Cryptography.KeyFiles;
using Causeway.Cryptography.Secrets;
using Causeway.Tunnel.Protocol.Wire;

namespace Causeway.Tunnel.Protocol.Identity;

/// <summary>
/// The long-term identity of a member or a relay in a file (<see cref="KeyFile"/>): the seed of its hybrid signing key, beside its peer ID. Made once,
/// mode 0600, encrypted if there is a passphrase.
/// </summary>
public static class IdentityKeyFile
{
    /// <summary>What such a file says it holds.</summary>
    public const string Kind = "hybrid-signing-key";

    /// <summary>Makes a fresh identity and its file. The caller disposes the key.</summary>
    /// <param name="path">The file, which must not exist; its folder must.</param>
    /// <param name="passphrase">What to encrypt it under; empty for none.</param>
    /// <param name="random">Where the key comes from; the system's generator if there is none.</param>
    /// <exception cref="TunnelException">The file exists or cannot be written.</exception>
    public static HybridSigningKey Create(string path, ReadOnlySpan<char> passphrase, RandomSource? random = null)
    {
        var key = HybridSigningKey.Generate(random);
        try
        {
            using var seed = new SecretBytes(HybridSigningKey.SeedSize);
            key.ExportSeed(seed.Span);
            KeyFileStore.Create(path, Kind, PeerIdOf(key).ToString(), seed.Span, passphrase, random);
            return key;
        }
        catch (KeyFileException e)
        {
            key.Dispose();
            throw Refused(path, e);
        }
    }

    /// <summary>Reads an identity. The caller disposes the key.</summary>
    /// <exception cref="TunnelException">There is no usable key file, or the passphrase is missing or wrong; the inner <see cref="KeyFileException"/> says which.</exception>
    public static HybridSigningKey Load(string path, ReadOnlySpan<char> passphrase)
    {
        try
        {
            var (seed, name) = KeyFileStore.Open(path, Kind, passphrase);
            using (seed)
            {
                if (seed.Length == HybridSigningKey.SeedSize)
                {
                    var key = HybridSigningKey.FromSeed(seed.Span);
                    if (PeerIdOf(key).ToString() == name) return key;
                    key.Dispose();
                }
            }

            throw new KeyFileException(KeyFileError.Tampered, "The key in this file is not the one of the peer ID beside it; take a copy that you trust.");
        }
        catch (KeyFileException e)
        {
            throw Refused(path, e);
        }
    }

    /// <summary>The peer ID that a key file names and whether its key is encrypted, without the passphrase; who has the passphrase learns whether it is true.</summary>
    /// <exception cref="TunnelException">There is no usable key file.</exception>
    public static (TunnelPeerId PeerId, bool IsEncrypted) Describe(string path)
    {
        try
        {
            var (kind, name, isEncrypted) = KeyFileStore.Describe(path);
            if (kind != Kind) throw new KeyFileException(KeyFileError.OtherKind, $"This key file holds a key of the kind '{kind}'; one of the kind '{Kind}' is needed.");
            if (!TunnelPeerId.TryParse(name, out var peer)) throw new KeyFileException(KeyFileError.Tampered, "The name in this key file is no peer ID; take a copy that you trust.");
            return (peer, isEncrypted);
        }
        catch (KeyFileException e)
        {
            throw Refused(path, e);
        }
    }

    private static TunnelPeerId PeerIdOf(HybridSigningKey key) => TunnelPeerId.Read(key.PublicKey.Fingerprint.Span);

    private static TunnelException Refused(string path, KeyFileException e) => new($"{path}: {e.Message}", e);
}
