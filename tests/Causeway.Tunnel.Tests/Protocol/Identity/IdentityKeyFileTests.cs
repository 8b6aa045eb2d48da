using Causeway.Cryptography.Hybrid;
using Causeway.Cryptography.KeyFiles;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Protocol.Wire;

namespace Causeway.Tunnel.Tests.Protocol.Identity;

public sealed class IdentityKeyFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-identity-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void An_identity_is_made_once_and_read_back()
    {
        var path = Path.Combine(_folder, "identity");
        using var made = IdentityKeyFile.Create(path, default);
        using var read = IdentityKeyFile.Load(path, default);
        Assert.Equal(made.PublicKey, read.PublicKey);
        var peer = TunnelPeerId.FromPublicKey(made.PublicKey.Bytes.Span);
        Assert.Equal((peer, false), IdentityKeyFile.Describe(path));
        Assert.True(made.PublicKey.Verify("label"u8, "message"u8, read.Sign("label"u8, "message"u8)));
        Assert.Equal(KeyFileError.Exists, Refused(() => IdentityKeyFile.Create(path, default)));
    }

    [Fact]
    public void With_a_passphrase()
    {
        var path = Path.Combine(_folder, "identity");
        using var made = IdentityKeyFile.Create(path, "a passphrase");
        Assert.True(IdentityKeyFile.Describe(path).IsEncrypted);
        using var read = IdentityKeyFile.Load(path, "a passphrase");
        Assert.Equal(made.PublicKey, read.PublicKey);
        Assert.Equal(KeyFileError.PassphraseNeeded, Refused(() => IdentityKeyFile.Load(path, default)));
        Assert.Equal(KeyFileError.PassphraseWrong, Refused(() => IdentityKeyFile.Load(path, "A passphrase")));
    }

    [Fact]
    public void W22_A_key_under_another_peers_name_is_refused()
    {
        var path = Path.Combine(_folder, "identity");
        var other = TunnelPeerId.Read(new byte[32]).ToString();
        KeyFileStore.Create(path, IdentityKeyFile.Kind, other, new byte[HybridSigningKey.SeedSize], default);
        Assert.Equal(KeyFileError.Tampered, Refused(() => IdentityKeyFile.Load(path, default)));
    }

    [Fact]
    public void A_refusal_names_the_file()
    {
        var path = Path.Combine(_folder, "missing");
        Assert.StartsWith(path, Assert.Throws<TunnelException>(() => IdentityKeyFile.Load(path, default)).Message, StringComparison.Ordinal);
    }

    private static KeyFileError Refused(Action action) => Assert.IsType<KeyFileException>(Assert.Throws<TunnelException>(action).InnerException).Error;
}
