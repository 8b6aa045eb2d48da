using System.Security.Cryptography;
using System.Text;
using Causeway.Cryptography.KeyFiles;
using Causeway.Testing;

namespace Causeway.Cryptography.Tests.KeyFiles;

public sealed class KeyFileTests : IDisposable
{
    private const string Kind = "hybrid-signing-key";
    private static readonly byte[] Secret = [.. Enumerable.Range(1, 64).Select(i => (byte)i)];

    // One encryption for all tests: 600 000 rounds cost half a second.
    private static readonly Lazy<byte[]> Encrypted = new(() => KeyFile.Encode(Kind, "bciqname", Secret, "correct horse"));
    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-keyfile-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_key_in_the_clear_reads_back_and_says_what_it_is()
    {
        var path = Path.Combine(_folder, "key");
        KeyFileStore.Create(path, Kind, "bciqname", Secret, default);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Equal((Kind, "bciqname", false), KeyFileStore.Describe(path));
        var (secret, name) = KeyFileStore.Open(path, Kind, default);
        using (secret) Assert.True(secret.FixedTimeEquals(Secret));
        Assert.Equal("bciqname", name);
        Assert.Single(Directory.GetFiles(_folder));
    }

    [Fact]
    public void A_key_under_a_passphrase_opens_with_it_alone()
    {
        var file = KeyFile.Decode(Encrypted.Value);
        Assert.True(file.IsEncrypted);
        Assert.Equal(KeyFile.MinimumRounds, file.Rounds);
        Assert.Equal("bciqname", file.Name);
        using (var secret = file.Open(Kind, "correct horse")) Assert.True(secret.FixedTimeEquals(Secret));
        Assert.Equal(KeyFileError.PassphraseWrong, Refused(() => file.Open(Kind, "correct horsf")));
        Assert.Equal(KeyFileError.PassphraseNeeded, Refused(() => file.Open(Kind, default)));
        Assert.Equal(KeyFileError.OtherKind, Refused(() => file.Open("libp2p", "correct horse")));
        Assert.DoesNotContain(Convert.ToBase64String(Secret), Encoding.ASCII.GetString(Encrypted.Value), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_files_of_one_key_share_neither_salt_nor_ciphertext()
    {
        var other = Encoding.ASCII.GetString(KeyFile.Encode(Kind, "bciqname", Secret, "correct horse")).Split('\n');
        var one = Encoding.ASCII.GetString(Encrypted.Value).Split('\n');
        Assert.NotEqual(one[3], other[3]);
        Assert.NotEqual(one[4], other[4]);
    }

    // W22: the reference's key store did not authenticate its header, and took 10 000 rounds if the file said so.
    [Theory]
    [InlineData("600000", "10000", KeyFileError.Protection)]
    [InlineData("600000", "599999", KeyFileError.Protection)]
    [InlineData("600000", "10000001", KeyFileError.Protection)]
    [InlineData("600000", "2147483647", KeyFileError.Protection)]
    [InlineData("600000", "99999999999", KeyFileError.Damaged)]
    [InlineData("600000", "0600000", KeyFileError.Damaged)]
    [InlineData("600000", "-600000", KeyFileError.Damaged)]
    [InlineData("pbkdf2-hmac-sha512", "pbkdf2-hmac-sha1", KeyFileError.Damaged)]
    [InlineData("causeway key file 1", "causeway key file 2", KeyFileError.NotAKeyFile)]
    [InlineData("secret: ", "secret:  ", KeyFileError.Damaged)]
    public void W22_A_header_that_weakens_the_protection_is_refused_before_any_passphrase(string field, string instead, KeyFileError expected)
    {
        var changed = WithChecksum(Encoding.ASCII.GetString(Encrypted.Value).Replace(field, instead, StringComparison.Ordinal));
        Assert.Equal(expected, Refused(() => KeyFile.Decode(changed)));
    }

    [Theory]
    [InlineData("name: bciqname", "name: bciqother", KeyFileError.Tampered)]
    [InlineData("kind: hybrid-signing-key", "kind: other-key", KeyFileError.Tampered)]
    [InlineData("600000", "600001", KeyFileError.PassphraseWrong)]
    public void W22_The_whole_header_is_authenticated(string field, string instead, KeyFileError expected)
    {
        var changed = WithChecksum(Encoding.ASCII.GetString(Encrypted.Value).Replace(field, instead, StringComparison.Ordinal));
        var file = KeyFile.Decode(changed);
        Assert.Equal(expected, Refused(() => file.Open(file.Kind, "correct horse")));
    }

    [Fact]
    public void W22_A_ciphertext_that_somebody_changed_is_told_from_a_wrong_passphrase()
    {
        var lines = Encoding.ASCII.GetString(Encrypted.Value).Split('\n');
        lines[4] = lines[4][..8] + (lines[4][8] == 'A' ? 'B' : 'A') + lines[4][9..];
        var file = KeyFile.Decode(WithChecksum(string.Join('\n', lines)));
        Assert.Equal(KeyFileError.Tampered, Refused(() => file.Open(Kind, "correct horse")));
        Assert.Equal(KeyFileError.PassphraseWrong, Refused(() => file.Open(Kind, "other")));
    }

    [Fact]
    public void W22_Too_few_rounds_cannot_be_written() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => KeyFile.Encode(Kind, "name", Secret, "passphrase", rounds: 10_000));

    [Fact]
    public void Every_changed_byte_and_every_cut_is_damage()
    {
        var content = KeyFile.Encode(Kind, "bciqname", Secret, default);
        for (var i = 0; i < content.Length; i++)
        {
            var changed = content.ToArray();
            changed[i] ^= 1;
            Assert.Contains(Refused(() => KeyFile.Decode(changed)), new[] { KeyFileError.Damaged, KeyFileError.NotAKeyFile });
            Assert.Contains(Refused(() => KeyFile.Decode(content.AsSpan(0, i))), new[] { KeyFileError.Damaged, KeyFileError.NotAKeyFile });
        }

        Assert.Equal(KeyFileError.Damaged, Refused(() => KeyFile.Decode([.. content, (byte)'\n'])));
    }

    [Fact]
    public void A_key_has_one_encoding_only()
    {
        var text = Encoding.ASCII.GetString(KeyFile.Encode(Kind, "bciqname", Secret, default));
        foreach (var changed in new[]
        {
            text.Replace("kind: ", "kind:  ", StringComparison.Ordinal),
            text.Replace("\nname", "\n\nname", StringComparison.Ordinal),
            text.Replace("protection: none", "protection: none ", StringComparison.Ordinal),
            text.Replace("secret: A", "secret:  A", StringComparison.Ordinal),
            text.Replace("bciqname", "bciq name", StringComparison.Ordinal),
            text.Replace("\nsha", "\nmore: 1\nsha", StringComparison.Ordinal),
        })
        {
            Assert.Equal(KeyFileError.Damaged, Refused(() => KeyFile.Decode(WithChecksum(changed))));
        }
    }

    [Fact]
    public void An_existing_file_is_never_overwritten()
    {
        var path = Path.Combine(_folder, "key");
        File.WriteAllText(path, "precious");
        Assert.Equal(KeyFileError.Exists, Refused(() => KeyFileStore.Create(path, Kind, "name", Secret, default)));
        Assert.Equal("precious", File.ReadAllText(path));
        Assert.Single(Directory.GetFiles(_folder));
    }

    [Fact]
    public void A_file_that_others_may_open_is_refused()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has access lists instead.");
            return;
        }

        var path = Path.Combine(_folder, "key");
        KeyFileStore.Create(path, Kind, "name", Secret, default);
        foreach (var mode in new[] { UnixFileMode.GroupRead, UnixFileMode.OtherRead, UnixFileMode.OtherWrite, UnixFileMode.GroupWrite })
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | mode);
            Assert.Equal(KeyFileError.TooOpen, Refused(() => KeyFileStore.Open(path, Kind, default)));
        }
    }

    [Fact]
    public void What_is_no_key_file_is_called_so()
    {
        Assert.Equal(KeyFileError.Inaccessible, Refused(() => KeyFileStore.Describe(Path.Combine(_folder, "none"))));
        Assert.Equal(KeyFileError.Inaccessible, Refused(() => KeyFileStore.Create(Path.Combine(_folder, "none", "key"), Kind, "name", Secret, default)));
        Assert.Equal(KeyFileError.NotAKeyFile, Refused(() => KeyFile.Decode("-----BEGIN PRIVATE KEY-----"u8)));
        Assert.Equal(KeyFileError.NotAKeyFile, Refused(() => KeyFile.Decode(default)));
        Assert.Equal(KeyFileError.NotAKeyFile, Refused(() => KeyFile.Decode(new byte[KeyFile.MaximumLength + 1])));
    }

    [Fact]
    public void Random_changes_never_do_more_than_refuse()
    {
        var random = new Random(7);
        var content = KeyFile.Encode(Kind, "bciqname", Secret, default);
        for (var i = 0; i < Soak.Count(20_000, 1_000_000); i++)
        {
            var changed = Mutation.Of(random, content);
            // Half of them with a checksum that fits, so that the lines are read.
            if ((i & 1) == 0 && changed.Length > 80) changed = WithChecksum(Encoding.Latin1.GetString(changed));
            try
            {
                var file = KeyFile.Decode(changed);
                Assert.False(file.IsEncrypted);
                using var secret = file.Open(file.Kind, default);
            }
            catch (KeyFileException)
            {
            }
        }
    }

    private static byte[] WithChecksum(string text)
    {
        var body = Encoding.Latin1.GetBytes(text)[..^73];
        return [.. body, .. Encoding.ASCII.GetBytes($"sha256: {Convert.ToHexStringLower(SHA256.HashData(body))}\n")];
    }

    private static KeyFileError Refused(Action action) => Assert.Throws<KeyFileException>(action).Error;
}
