using System.Security.Cryptography;
using System.Text;
using Causeway.Testing;
using Causeway.Tunnel.Invitations;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Rosters.Entries;
using QRCoder;

namespace Causeway.Tunnel.Tests.Invitations;

public sealed class InvitationTokenTests
{
    private static readonly DateTimeOffset Expiry = new(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void Both_texts_read_back()
    {
        using var token = Create();
        Assert.StartsWith("causeway-join-", token.ToString(), StringComparison.Ordinal);
        Assert.Matches("^[0-9A-Z-]+$", token.ToCapitals());
        foreach (var text in new[] { token.ToString(), token.ToCapitals(), $"  {token}\n", Wrapped(token.ToString()), Wrapped(token.ToCapitals()) })
        {
            using var read = InvitationToken.Parse(text);
            Assert.Equal(token.ToString(), read.ToString());
            Assert.Equal(token.NetworkId, read.NetworkId);
            Assert.Equal(token.Inviter, read.Inviter);
            Assert.Equal(Expiry, read.Expiry);
            Assert.Equal("home", read.NetworkName);
            Assert.Equal(token.Relays, read.Relays);
            using var one = token.CreateProof();
            using var other = read.CreateProof();
            Assert.True(one.Id.SequenceEqual(other.Id));
        }

        static string Wrapped(string text) => string.Join("\n  ", text.Chunk(60).Select(c => new string(c)));
    }

    [Fact]
    public void Every_changed_and_every_missing_character_is_noticed()
    {
        using var token = Create();
        foreach (var text in new[] { token.ToString(), token.ToCapitals() })
        {
            for (var i = 0; i < text.Length; i++)
            {
                var changed = text[..i] + (text[i] == 'A' ? 'B' : 'A') + text[(i + 1)..];
                // The letter case of the prefix does not matter.
                if (!string.Equals(changed, text, StringComparison.OrdinalIgnoreCase) || i >= 14) Assert.Throws<InvitationException>(() => InvitationToken.Parse(changed));
                Assert.Throws<InvitationException>(() => InvitationToken.Parse(text[..i]));
            }

            Refused("incomplete or was changed", text + "A");
        }
    }

    [Theory]
    [InlineData("", "This is no invitation")]
    [InlineData("hello", "This is no invitation")]
    [InlineData("wss://relay.example/#bciq", "This is no invitation")]
    [InlineData("causeway-join-", "incomplete or was changed")]
    [InlineData("causeway-join-%%%", "incomplete or was changed")]
    [InlineData("CAUSEWAY-JOIN-01", "incomplete or was changed")]
    public void What_is_no_token_is_called_so(string text, string sentence) => Refused(sentence, text);

    [Fact]
    public void A_later_version_is_told_from_damage()
    {
        byte[] body = [2, 3, 4];
        Refused("later version", "causeway-join-" + System.Buffers.Text.Base64Url.EncodeToString([.. body, .. SHA256.HashData(body)[..4]]));
        Refused("This is no invitation", new string('a', 100_000));
    }

    [Fact]
    public void An_expired_token_says_when()
    {
        using var token = Create();
        var time = new ManualTimeProvider();
        token.RequireValid(time);
        time.Advance(Expiry - time.GetUtcNow() - TimeSpan.FromSeconds(1));
        token.RequireValid(time);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Contains("expired at 2030-01-02 03:04 UTC", Assert.Throws<InvitationException>(() => token.RequireValid(time)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_QR_code_fits_a_terminal_and_is_the_code_of_the_token()
    {
        using var token = Create();
        var picture = InvitationQrCode.Draw(token)!;
        var lines = picture.TrimEnd('\n').Split('\n');
        var width = lines[0].Length;
        Assert.InRange(width, 21, 80);
        Assert.All(lines, l => Assert.Equal(width, l.Length));
        Assert.Null(InvitationQrCode.Draw(token, width - 1));

        // Back from half blocks to modules; without the quiet zone it is QRCoder's matrix, and that of the capitals is smaller.
        using var code = QRCodeGenerator.GenerateQrCode(token.ToCapitals(), QRCodeGenerator.ECCLevel.L);
        using var pasted = QRCodeGenerator.GenerateQrCode(token.ToString(), QRCodeGenerator.ECCLevel.L);
        Assert.True(code.ModuleMatrix.Count < pasted.ModuleMatrix.Count);
        var size = width - 4;
        Assert.Equal(code.ModuleMatrix.Count - 8, size);
        for (var row = 0; row < size; row++)
        {
            for (var column = 0; column < size; column++)
            {
                var c = lines[(row + 2) / 2][column + 2];
                var isLight = c == '█' || c == (row % 2 == 0 ? '▀' : '▄');
                Assert.Equal(code.ModuleMatrix[row + 4][column + 4], !isLight);
            }
        }
    }

    [Fact]
    public void W26_The_secret_is_gone_after_disposal_and_is_no_part_of_a_message()
    {
        var token = Create();
        var text = token.ToString();
        var message = Assert.Throws<InvitationException>(() => InvitationToken.Parse(text + "x")).Message;
        Assert.DoesNotContain(text[20..40], message, StringComparison.Ordinal);
        token.Dispose();
        Assert.Throws<ObjectDisposedException>(token.ToString);
        Assert.Throws<ObjectDisposedException>(token.CreateProof);
    }

    [Fact]
    public void Random_texts_do_no_more_than_be_refused()
    {
        using var token = Create();
        string[] texts = [token.ToString(), token.ToCapitals()];
        var random = new Random(11);
        for (var i = 0; i < Soak.Count(20_000, 1_000_000); i++)
        {
            var text = new StringBuilder(texts[random.Next(2)]);
            for (var n = random.Next(1, 4); n > 0; n--)
            {
                var at = random.Next(text.Length);
                if (random.Next(3) == 0) text.Remove(at, Math.Min(random.Next(1, 30), text.Length - at));
                else text[at] = (char)random.Next(32, 300);
                if (text.Length == 0) break;
            }

            try
            {
                using var read = InvitationToken.Parse(text.ToString());
                Assert.Contains(read.ToString(), new[] { texts[0] });
            }
            catch (InvitationException)
            {
            }
        }
    }

    [Fact]
    public void Tokens_whose_checksum_is_right_are_still_read_strictly()
    {
        using var token = Create();
        var bytes = System.Buffers.Text.Base64Url.DecodeFromChars(token.ToString().AsSpan(14))[..^4];
        var random = new Random(13);
        for (var i = 0; i < Soak.Count(20_000, 1_000_000); i++)
        {
            var changed = bytes.ToArray();
            changed[random.Next(random.Next(2) == 0 ? changed.Length : 1 + (changed.Length / 2))] = (byte)random.Next(256);
            if (random.Next(3) == 0) changed = changed[..random.Next(changed.Length)];
            var text = "causeway-join-" + System.Buffers.Text.Base64Url.EncodeToString([.. changed, .. SHA256.HashData(changed)[..4]]);
            try
            {
                using var read = InvitationToken.Parse(text);
                Assert.Equal(text, read.ToString());
            }
            catch (InvitationException)
            {
            }
        }
    }

    private static InvitationToken Create() => InvitationToken.Create(
        RosterEntryId.Of([1]), "home", TunnelPeerId.Read(SHA256.HashData([2])), Expiry, [$"wss://relay.example/#{TunnelPeerId.Read(SHA256.HashData([3]))}"]);

    private static void Refused(string sentence, string text) =>
        Assert.Contains(sentence, Assert.Throws<InvitationException>(() => InvitationToken.Parse(text)).Message, StringComparison.Ordinal);
}
