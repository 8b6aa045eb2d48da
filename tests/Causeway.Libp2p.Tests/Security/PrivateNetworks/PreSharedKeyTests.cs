using System.Text;
using Causeway.Libp2p.Security.PrivateNetworks;

namespace Causeway.Libp2p.Tests.Security.PrivateNetworks;

public sealed class PreSharedKeyTests
{
    private const string Digits = "6189c5cf0b87fb800c1a9feeda73c6ab5e998db48fb9e6a978575c770ceef683";
    private const string Header = "/key/swarm/psk/1.0.0/\n";

    // What Kubo prints for these digits.
    private const string Print = "45fc986bbc9388a11d939df26f730f0c";

    public static TheoryData<string> Files => [
        Header + "/base16/\n" + Digits,
        Header + "/base16/\n" + Digits + "\n",
        Header + "/base16/\n" + Digits.ToUpperInvariant() + "\n",
        (Header + "/base16/\n" + Digits + "\n").Replace("\n", "\r\n"),
        Header + "/base64/\n" + Convert.ToBase64String(Convert.FromHexString(Digits)),
        Header + "/base64/\n" + Convert.ToBase64String(Convert.FromHexString(Digits)) + "\r\n",
        Header + "/bin/\n" + Encoding.Latin1.GetString(Convert.FromHexString(Digits)),
    ];

    public static TheoryData<string> Malformed => [
        "",
        "/key/swarm/psk/1.0.0/",
        Header,
        Header + "/base16/",
        "/key/swarm/psk/2.0.0/\n/base16/\n" + Digits,
        " " + Header + "/base16/\n" + Digits,
        Header + "\n/base16/\n" + Digits,
        Header + "/base32/\n" + Digits,
        Header + "/base16/\n" + Digits[..62],
        Header + "/base16/\n" + Digits + "00",
        Header + "/base16/\n" + Digits[..63] + "g",
        Header + "/base16/\n" + Digits + "\n\n",
        Header + "/base64/\n" + Convert.ToBase64String(new byte[33]),
        Header + "/base64/\n" + Convert.ToBase64String(new byte[31]),
        Header + "/base64/\n" + Convert.ToBase64String(new byte[32]).TrimEnd('='),
        Header + "/base64/\n" + Convert.ToBase64String(new byte[32])[..40] + " " + Convert.ToBase64String(new byte[32])[41..],
        Header + "/bin/\n" + new string('x', 31),
        Header + "/bin/\n" + new string('x', 32) + "\n",
        Header + "/base16/\n" + Digits + new string('\n', 5000),
    ];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_form_of_the_file_is_the_same_network(string file)
    {
        using var key = PreSharedKey.Parse(Encoding.Latin1.GetBytes(file));
        Assert.Equal(Print, key.Fingerprint);
    }

    [Theory]
    [MemberData(nameof(Malformed))]
    public void What_is_no_key_is_refused_without_showing_it(string file)
    {
        var error = Assert.Throws<FormatException>(() => PreSharedKey.Parse(Encoding.Latin1.GetBytes(file)));
        Assert.DoesNotContain(Digits[..16], error.Message);
    }

    [Fact]
    public void A_file_that_is_written_can_be_read()
    {
        using var key = PreSharedKey.Generate();
        using var again = PreSharedKey.Parse(key.ToFile());
        Assert.Equal(key.Fingerprint, again.Fingerprint);
        using var other = PreSharedKey.Generate();
        Assert.NotEqual(key.Fingerprint, other.Fingerprint);
    }

    [Fact]
    public void A_file_on_disk_can_be_read()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, Header + "/base16/\n" + Digits + "\n");
            using var key = PreSharedKey.Load(path);
            Assert.Equal(Print, key.Fingerprint);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_key_as_text_is_its_fingerprint()
    {
        using var key = new PreSharedKey(Convert.FromHexString(Digits));
        Assert.Equal(Print, $"{key}");
    }

    [Fact]
    public void Keys_of_other_lengths_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new PreSharedKey(new byte[31]));
        Assert.Throws<ArgumentException>(() => new PreSharedKey(new byte[33]));
    }

    [Fact]
    public void A_disposed_key_encrypts_nothing()
    {
        var key = PreSharedKey.Generate();
        key.Dispose();
        Assert.Throws<ObjectDisposedException>(() => key.CreateCipher(new byte[24]));
        Assert.Throws<ObjectDisposedException>(key.ToFile);
    }

    [Fact]
    public void Whatever_is_in_a_file_it_is_a_key_or_a_format_error()
    {
        var random = new Random(5);
        var valid = Files.Select(row => Encoding.Latin1.GetBytes(row.Data)).ToArray();
        for (var run = 0; run < Soak.Count(5000, 1_000_000); run++)
        {
            var file = valid[random.Next(valid.Length)].ToList();
            for (var change = random.Next(4); change > 0; change--)
            {
                var at = random.Next(file.Count);
                if (random.Next(3) == 0) file.RemoveAt(at);
                else if (random.Next(2) == 0) file.Insert(at, (byte)random.Next(256));
                else file[at] = (byte)random.Next(256);
            }

            try
            {
                PreSharedKey.Parse(file.ToArray()).Dispose();
            }
            catch (FormatException)
            {
                // As it should be.
            }
        }
    }
}
