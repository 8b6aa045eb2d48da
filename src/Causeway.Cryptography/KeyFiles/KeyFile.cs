using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Causeway.Cryptography.Aead;
using Causeway.Cryptography.Secrets;

namespace Causeway.Cryptography.KeyFiles;

/// <summary>
/// A secret key in a file, six lines of text that say themselves what they are:
/// <code>
/// causeway key file 1
/// kind: hybrid-signing-key
/// name: bciq…
/// protection: none | pbkdf2-hmac-sha512 ROUNDS SALT CHECK
/// secret: …
/// sha256: …
/// </code>
/// Binary values are base64, the checksum over all before it is hexadecimal. Under a passphrase all lines before <c>secret</c> are the
/// associated data of its encryption (ChaCha20-Poly1305), so that neither the name nor the rounds can be changed. A key has exactly one encoding for
/// its salt; anything else is refused.
/// </summary>
public sealed class KeyFile
{
    /// <summary>The rounds of PBKDF2 in new files, and the fewest that are accepted when reading.</summary>
    public const int MinimumRounds = 600_000;

    /// <summary>The most rounds that are accepted: some ten seconds, so that a planted file cannot keep a machine busy for days.</summary>
    public const int MaximumRounds = 10_000_000;

    /// <summary>The longest file in bytes.</summary>
    public const int MaximumLength = 4096;

    /// <summary>The longest secret in bytes.</summary>
    public const int MaximumSecret = 1024;

    private const string FirstLine = "causeway key file 1";
    private const string KeyDerivation = "pbkdf2-hmac-sha512";
    private readonly byte[] _header;
    private readonly byte[] _salt;
    private readonly byte[] _check;
    private readonly byte[] _secret;

    private KeyFile(string kind, string name, int rounds, byte[] salt, byte[] check, byte[] secret)
    {
        Kind = kind;
        Name = name;
        Rounds = rounds;
        _salt = salt;
        _check = check;
        _secret = secret;
        _header = Header(kind, name, rounds, salt, check);
    }

    /// <summary>What the key is for, as <c>hybrid-signing-key</c>.</summary>
    public string Kind { get; }

    /// <summary>The public name of the key, such as a peer ID. It can be read without the passphrase.</summary>
    public string Name { get; }

    /// <summary>The rounds of PBKDF2; 0 if the key is not encrypted.</summary>
    public int Rounds { get; }

    /// <summary>Whether a passphrase is needed.</summary>
    public bool IsEncrypted => Rounds > 0;

    /// <summary>A key as the content of a file.</summary>
    /// <param name="kind">What it is for: letters, digits and <c>-</c>.</param>
    /// <param name="name">Its public name: letters, digits and <c>-</c>.</param>
    /// <param name="secret">The key, at most 1024 bytes.</param>
    /// <param name="passphrase">What to encrypt it under; empty for a key in the clear.</param>
    /// <param name="rounds">The rounds of PBKDF2, 600 000 … 10 000 000.</param>
    /// <param name="random">Where the salt comes from; the system's generator if there is none.</param>
    /// <exception cref="ArgumentException">A text has other characters, or the secret is too long.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The rounds are too few or too many.</exception>
    public static byte[] Encode(
        string kind, string name, ReadOnlySpan<byte> secret, ReadOnlySpan<char> passphrase, int rounds = MinimumRounds, RandomSource? random = null)
    {
        if (!IsWord(kind) || !IsWord(name)) throw new ArgumentException("Kind and name consist of letters, digits and '-'.", nameof(kind));
        if (secret.Length is 0 or > MaximumSecret) throw new ArgumentException($"A secret has 1 to {MaximumSecret} bytes.", nameof(secret));
        ArgumentOutOfRangeException.ThrowIfLessThan(rounds, MinimumRounds);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rounds, MaximumRounds);
        if (passphrase.IsEmpty) return Text(Header(kind, name, 0, [], []), secret);

        var salt = new byte[KeyFileProtection.SaltSize];
        (random ?? RandomSource.System).Fill(salt);
        using var protection = new KeyFileProtection(passphrase, salt, rounds);
        var header = Header(kind, name, rounds, salt, protection.Check);
        return Text(header, protection.Seal(secret, header));
    }

    /// <summary>Reads the content of a file; the secret stays encrypted until <see cref="Open"/>.</summary>
    /// <exception cref="KeyFileException">It is no key file, is damaged, or its protection is weaker than allowed.</exception>
    public static KeyFile Decode(ReadOnlySpan<byte> content)
    {
        if (content.Length > MaximumLength || !content.StartsWith("causeway key file "u8))
            throw new KeyFileException(KeyFileError.NotAKeyFile, "This is not a key file of Causeway; name the right file, or make a new key.");
        if (!content.StartsWith("causeway key file 1\n"u8))
            throw new KeyFileException(KeyFileError.NotAKeyFile, "This key file was written by a later version of Causeway; use that version.");
        RequireChecksum(content);
        var file = TryDecode(content) ?? throw Damaged();
        if (file.IsEncrypted && file.Rounds is < MinimumRounds or > MaximumRounds)
        {
            throw new KeyFileException(
                KeyFileError.Protection,
                $"This key file asks for {file.Rounds} rounds of PBKDF2, but only {MinimumRounds} to {MaximumRounds} are accepted; it was not written by Causeway, so take a copy that was.");
        }

        return file;
    }

    /// <summary>The secret; the caller disposes it.</summary>
    /// <param name="kind">The kind that is expected.</param>
    /// <param name="passphrase">The passphrase; empty if there is none. It is ignored where the key is not encrypted.</param>
    /// <exception cref="KeyFileException">Another kind of key, or the passphrase is missing or wrong, or the file was tampered with.</exception>
    public SecretBytes Open(string kind, ReadOnlySpan<char> passphrase)
    {
        if (Kind != kind) throw new KeyFileException(KeyFileError.OtherKind, $"This key file holds a key of the kind '{Kind}'; one of the kind '{kind}' is needed.");
        if (!IsEncrypted) return new SecretBytes(_secret);
        if (passphrase.IsEmpty) throw new KeyFileException(KeyFileError.PassphraseNeeded, "This key is encrypted; give its passphrase.");
        using var protection = new KeyFileProtection(passphrase, _salt, Rounds);
        if (!CryptographicOperations.FixedTimeEquals(protection.Check, _check))
            throw new KeyFileException(KeyFileError.PassphraseWrong, "The passphrase is wrong; try again.");
        var secret = new SecretBytes(_secret.Length - AeadCipher.TagSize);
        if (protection.TryOpen(_secret, secret.Span, _header)) return secret;
        secret.Dispose();
        throw new KeyFileException(KeyFileError.Tampered, "The passphrase is right, but somebody has changed this key file; take a copy that you trust.");
    }

    /// <summary>Zeroes a key that was stored in the clear.</summary>
    internal void Forget() => CryptographicOperations.ZeroMemory(_secret);

    private static byte[] Header(string kind, string name, int rounds, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> check)
    {
        var protection = rounds == 0
            ? "none"
            : string.Create(CultureInfo.InvariantCulture, $"{KeyDerivation} {rounds} {Convert.ToBase64String(salt)} {Convert.ToBase64String(check)}");
        return Encoding.ASCII.GetBytes($"{FirstLine}\nkind: {kind}\nname: {name}\nprotection: {protection}\n");
    }

    // The array is allocated once and pinned: it may hold a key in the clear, and the caller zeroes it.
    private static byte[] Text(ReadOnlySpan<byte> header, ReadOnlySpan<byte> secret)
    {
        var length = header.Length + "secret: \n".Length + Base64.GetMaxEncodedToUtf8Length(secret.Length);
        var text = GC.AllocateArray<byte>(length + "sha256: \n".Length + 64, pinned: true);
        header.CopyTo(text);
        var position = header.Length;
        "secret: "u8.CopyTo(text.AsSpan(position));
        position += "secret: ".Length;
        _ = Base64.EncodeToUtf8(secret, text.AsSpan(position), out _, out var written);
        text[position + written] = (byte)'\n';
        Encoding.ASCII.GetBytes($"sha256: {Convert.ToHexStringLower(SHA256.HashData(text.AsSpan(0, length)))}\n").CopyTo(text.AsSpan(length));
        return text;
    }

    private static void RequireChecksum(ReadOnlySpan<byte> content)
    {
        const int Tail = 8 + 64 + 1;
        if (content.Length <= Tail) throw Damaged();
        var expected = $"sha256: {Convert.ToHexStringLower(SHA256.HashData(content[..^Tail]))}\n";
        if (!content[^Tail..].SequenceEqual(Encoding.ASCII.GetBytes(expected))) throw Damaged();
    }

    private static KeyFile? TryDecode(ReadOnlySpan<byte> content)
    {
        var lines = new LineReader(content);
        _ = lines.Next(string.Empty);
        var kind = Encoding.Latin1.GetString(lines.Next("kind: "));
        var name = Encoding.Latin1.GetString(lines.Next("name: "));
        var protection = Encoding.Latin1.GetString(lines.Next("protection: ")).Split(' ');
        var encoded = lines.Next("secret: ");
        if (lines.Failed || !IsWord(kind) || !IsWord(name)) return null;

        var secret = GC.AllocateArray<byte>(Base64.GetMaxDecodedFromUtf8Length(encoded.Length), pinned: true);
        if (Base64.DecodeFromUtf8(encoded, secret, out _, out var length) != System.Buffers.OperationStatus.Done) return null;
        var exact = GC.AllocateArray<byte>(length, pinned: true);
        secret.AsSpan(0, length).CopyTo(exact);
        CryptographicOperations.ZeroMemory(secret);
        var file = protection switch
        {
            ["none"] => new KeyFile(kind, name, 0, [], [], exact),
            [KeyDerivation, var rounds, var salt, var check] => Encrypted(kind, name, rounds, salt, check, exact),
            _ => null,
        };
        if (file is null || length == 0 || length > MaximumSecret + AeadCipher.TagSize || (file.IsEncrypted && length <= AeadCipher.TagSize)) return null;

        // One key, one text: what would be written for the same values must be what was read.
        var again = Text(file._header, exact);
        var isSame = again.AsSpan().SequenceEqual(content);
        CryptographicOperations.ZeroMemory(again);
        return isSame ? file : null;
    }

    private static KeyFile? Encrypted(string kind, string name, string rounds, string salt, string check, byte[] secret)
    {
        var saltBytes = new byte[KeyFileProtection.SaltSize];
        var checkBytes = new byte[KeyFileProtection.CheckSize];
        return int.TryParse(rounds, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            && Convert.TryFromBase64String(salt, saltBytes, out var saltLength) && saltLength == saltBytes.Length
            && Convert.TryFromBase64String(check, checkBytes, out var checkLength) && checkLength == checkBytes.Length
            ? new KeyFile(kind, name, number, saltBytes, checkBytes, secret)
            : null;
    }

    private static bool IsWord(string text) => text.Length is > 0 and <= 128 && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');

    private static KeyFileException Damaged() =>
        new(KeyFileError.Damaged, "This key file is damaged: its checksum does not fit; restore it from a copy.");

    private ref struct LineReader(ReadOnlySpan<byte> text)
    {
        private ReadOnlySpan<byte> _rest = text;

        public bool Failed { get; private set; }

        public ReadOnlySpan<byte> Next(string prefix)
        {
            var end = _rest.IndexOf((byte)'\n');
            var start = Encoding.ASCII.GetBytes(prefix);
            if (end < 0 || !_rest[..end].StartsWith(start))
            {
                Failed = true;
                return default;
            }

            var line = _rest[start.Length..end];
            _rest = _rest[(end + 1)..];
            return line;
        }
    }
}
