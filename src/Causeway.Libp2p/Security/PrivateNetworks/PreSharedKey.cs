using System.Security.Cryptography;
using Causeway.Cryptography.Secrets;
using Causeway.Cryptography.Streams;

namespace Causeway.Libp2p.Security.PrivateNetworks;

/// <summary>
/// What the members of a private network share: 32 bytes (libp2p specs, <c>pnet/Private-Networks-PSK-V1.md</c>). Whoever has it is a member; it cannot be taken back
/// from one. Zeroed when disposed, after the hosts that use it.
/// </summary>
public sealed class PreSharedKey : IDisposable
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 32;

    private readonly SecretBytes _key;

    /// <summary>A key with a copy of these bytes; the original stays the caller's to zero.</summary>
    /// <exception cref="ArgumentException">There are not 32 of them.</exception>
    public PreSharedKey(ReadOnlySpan<byte> key)
    {
        if (key.Length != Size) throw new ArgumentException($"The key of a private network has {Size} bytes, not {key.Length}.", nameof(key));
        _key = new SecretBytes(key);
        Fingerprint = FingerprintOf(key);
    }

    /// <summary>A name for the network that does not give the key away, as Kubo prints it: 32 hexadecimal digits. Fit for logs.</summary>
    public string Fingerprint { get; }

    /// <summary>A fresh key.</summary>
    public static PreSharedKey Generate(RandomSource? random = null)
    {
        using var key = SecretBytes.Random(Size, random);
        return new PreSharedKey(key.Span);
    }

    /// <summary>Reads the content of a <c>swarm.key</c>: the line <c>/key/swarm/psk/1.0.0/</c>, the line <c>/base16/</c>, <c>/base64/</c> or <c>/bin/</c>, then the key.</summary>
    /// <exception cref="FormatException">It is none; the message says why and shows nothing of it.</exception>
    public static PreSharedKey Parse(ReadOnlySpan<byte> file) => SwarmKeyFile.Parse(file);

    /// <summary>Reads a <c>swarm.key</c>.</summary>
    /// <exception cref="FormatException">It is none; the message says why and shows nothing of it.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static PreSharedKey Load(string path) => SwarmKeyFile.Load(path);

    /// <summary>The content of a <c>swarm.key</c> with this key, in base 16, which every implementation reads. The caller zeroes it.</summary>
    public byte[] ToFile() => SwarmKeyFile.Format(_key.Span);

    /// <summary>The fingerprint, never the key.</summary>
    public override string ToString() => Fingerprint;

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();

    /// <summary>The cipher of one direction of a connection.</summary>
    internal XSalsa20 CreateCipher(ReadOnlySpan<byte> nonce) => new(_key.Span, nonce);

    // Kubo, core/node/libp2p/pnet.go: SHAKE128 of the first 64 bytes of Salsa20's stream for this nonce.
    private static string FingerprintOf(ReadOnlySpan<byte> key)
    {
        Span<byte> stream = stackalloc byte[64];
        stream.Clear();
        using var cipher = new Salsa20(key, "finprint"u8);
        cipher.Transform(stream);
        return Convert.ToHexStringLower(Shake128.HashData(stream, 16));
    }
}
