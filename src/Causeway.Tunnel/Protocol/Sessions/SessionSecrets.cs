using Causeway.Cryptography.Secrets;

namespace Causeway.Tunnel.Protocol.Sessions;

/// <summary>
/// What a handshake leaves behind for its session (docs/protocol/tunnel.md §3.3). It owns copies in pinned memory, which <see cref="Dispose"/> zeroes.
/// The session takes it over and disposes of it.
/// </summary>
public sealed class SessionSecrets : IDisposable
{
    /// <summary>The length of an epoch secret in bytes.</summary>
    public const int EpochSecretSize = 64;

    /// <summary>The length of a chain in bytes.</summary>
    public const int ChainSize = 64;

    /// <summary>The length of the resume key in bytes.</summary>
    public const int ResumeKeySize = 32;

    /// <summary>Copies the secrets; the originals stay the caller's to zero.</summary>
    /// <exception cref="ArgumentException">A length is wrong, or the suite is none.</exception>
    public SessionSecrets(
        SessionRole role,
        TunnelSuite suite,
        SessionId sessionId,
        ReadOnlySpan<byte> epochSecret,
        ReadOnlySpan<byte> chain,
        ReadOnlySpan<byte> resumeKey)
    {
        if (suite is not (TunnelSuite.ChaCha20Poly1305 or TunnelSuite.Aes256Gcm)) throw new ArgumentException($"{suite} is no suite.", nameof(suite));
        if (epochSecret.Length != EpochSecretSize) throw new ArgumentException($"An epoch secret has {EpochSecretSize} bytes.", nameof(epochSecret));
        if (chain.Length != ChainSize) throw new ArgumentException($"A chain has {ChainSize} bytes.", nameof(chain));
        if (resumeKey.Length != ResumeKeySize) throw new ArgumentException($"A resume key has {ResumeKeySize} bytes.", nameof(resumeKey));
        Role = role;
        Suite = suite;
        SessionId = sessionId;
        EpochSecret = new SecretBytes(epochSecret);
        Chain = new SecretBytes(chain);
        ResumeKey = new SecretBytes(resumeKey);
    }

    /// <summary>This member's side of the handshake.</summary>
    public SessionRole Role { get; }

    /// <summary>The suite that the handshake agreed on.</summary>
    public TunnelSuite Suite { get; }

    /// <summary>The session's name, the same on both sides.</summary>
    public SessionId SessionId { get; }

    /// <summary>The secret of epoch 0, from which its traffic keys are derived; 64 bytes.</summary>
    public SecretBytes EpochSecret { get; }

    /// <summary>Chain 0, which the next rekey builds upon; 64 bytes.</summary>
    public SecretBytes Chain { get; }

    /// <summary>The key under which another path will join the session; 32 bytes.</summary>
    public SecretBytes ResumeKey { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        EpochSecret.Dispose();
        Chain.Dispose();
        ResumeKey.Dispose();
    }
}
