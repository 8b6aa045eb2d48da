using System.Net;
using Causeway.Network.Dns;

namespace Causeway.Network.Tests.Dns;

public sealed class DnsMessageTests
{
    private static readonly DnsName Service = DnsName.Parse("_p2p._udp.local");

    private static readonly DnsMessage Response = new()
    {
        IsResponse = true,
        IsAuthoritative = true,
        Answers = [new DnsRecord(Service, new DnsData.Pointer(DnsName.FromLabels("abc").Under(Service)), TimeSpan.FromSeconds(120))],
        Additionals =
        [
            new DnsRecord(DnsName.FromLabels("abc").Under(Service), new DnsData.Text("dnsaddr=/ip4/192.0.2.1/tcp/4001", "x=y"), TimeSpan.FromSeconds(120), true),
            new DnsRecord(DnsName.FromLabels("abc").Under(Service), new DnsData.Service(0, 0, 4001, DnsName.Parse("abc.p2p.local")), TimeSpan.FromSeconds(120)),
            new DnsRecord(DnsName.Parse("abc.p2p.local"), new DnsData.Address(IPAddress.Parse("192.0.2.1")), TimeSpan.FromSeconds(120)),
            new DnsRecord(DnsName.Parse("abc.p2p.local"), new DnsData.Address(IPAddress.Parse("2001:db8::1")), TimeSpan.FromSeconds(120)),
            new DnsRecord(DnsName.Parse("abc.p2p.local"), new DnsData.Alias(DnsName.Parse("def.p2p.local")), TimeSpan.FromSeconds(120)),
            new DnsRecord(DnsName.Parse("p2p.local"), new DnsData.Authority(DnsName.Parse("a.p2p.local"), DnsName.Parse("b.p2p.local"), 1, 2, 3, 4, uint.MaxValue), TimeSpan.FromSeconds(120)),
            new DnsRecord(DnsName.Parse("abc.p2p.local"), new DnsData.Other((DnsType)47, new byte[] { 1, 2, 3 }), TimeSpan.Zero),
        ],
    };

    [Fact]
    public void A_question_has_the_bytes_that_RFC_1035_gives_it()
    {
        var query = new DnsMessage { Questions = [new DnsQuestion(Service, DnsType.Ptr)] };

        Assert.Equal("000000000001000000000000045F703270045F756470056C6F63616C00000C0001", Convert.ToHexString(query.Encode()));
    }

    [Fact]
    public void A_response_with_every_type_survives_a_round_trip()
    {
        var decoded = DnsMessage.Decode(Response.Encode());

        Assert.True(decoded.IsResponse);
        Assert.True(decoded.IsAuthoritative);
        Assert.Equal(Response.Encode(), decoded.Encode());
        Assert.Equal(Response.Additionals.Select(r => (r.Name, r.Data.Type, r.TimeToLive, r.CacheFlush)), decoded.Additionals.Select(r => (r.Name, r.Data.Type, r.TimeToLive, r.CacheFlush)));
        Assert.Equal(["dnsaddr=/ip4/192.0.2.1/tcp/4001", "x=y"], Assert.IsType<DnsData.Text>(decoded.Additionals[0].Data).Strings);
        Assert.Equal(4001, Assert.IsType<DnsData.Service>(decoded.Additionals[1].Data).Port);
        Assert.Equal(IPAddress.Parse("2001:db8::1"), Assert.IsType<DnsData.Address>(decoded.Additionals[3].Data).Value);
        Assert.Equal(Response.Additionals[4].Data, decoded.Additionals[4].Data);
        Assert.Equal(Response.Additionals[5].Data, decoded.Additionals[5].Data);
    }

    [Fact]
    public void Repeated_names_are_compressed()
    {
        var encoded = Response.Encode();

        Assert.Equal(1, Occurrences(encoded, "_udp"u8));
        Assert.Equal(2, Occurrences(encoded, "\u0003abc"u8));
    }

    [Fact]
    public void Names_compare_without_regard_to_case()
    {
        Assert.Equal(DnsName.Parse("_P2P._UDP.Local."), Service);
        Assert.Equal(DnsName.Parse("_P2P._UDP.Local").GetHashCode(), Service.GetHashCode());
        Assert.True(DnsName.Parse("a._p2p._udp.LOCAL").IsUnder(Service));
        Assert.False(Service.IsUnder(DnsName.Parse("a._p2p._udp.local")));
    }

    [Theory]
    [InlineData("000000000001000000000000C00C000C0001")] // a name that points at itself
    [InlineData("000000000001000000000000C00E000C0001")] // a name that points forwards
    [InlineData("00000000FFFF000000000000")] // more questions than bytes
    [InlineData("000000000000FFFFFFFFFFFF")]
    [InlineData("000000000001000000000000045F703270045F756470056C6F63616C00000C000100")] // trailing byte
    [InlineData("000000000001000000000000045F70")] // cut off in a label
    [InlineData("00000000000100000000000080000C0001")] // reserved label type
    [InlineData("0000840000000001000000000000010001000000780003C0000201")] // A record of three bytes
    [InlineData("00008400000000010000000000001000010000007800020561")] // text longer than its record
    public void Malformed_messages_are_refused(string hex) =>
        Assert.Throws<FormatException>(() => DnsMessage.Decode(Convert.FromHexString(hex)));

    [Theory]
    [InlineData("01610000100001000000780002" + "01FF")] // a text
    [InlineData("01FF0000100001000000780002" + "0161")] // the owner's name
    [InlineData("016100000C0001000000780003" + "01FF00")] // the name pointed at
    public void A_record_that_is_not_UTF_8_is_left_out_and_the_others_are_taken(string foreign)
    {
        const string Good = "016100001000010000007800020162";
        var message = DnsMessage.Decode(Convert.FromHexString("000084000000000300000000" + Good + foreign + Good));

        Assert.Equal(2, message.Answers.Count);
        Assert.All(message.Answers, answer => Assert.Equal(["b"], Assert.IsType<DnsData.Text>(answer.Data).Strings));
    }

    [Fact]
    public void A_question_that_is_not_UTF_8_is_left_out()
    {
        var message = DnsMessage.Decode(Convert.FromHexString("000000000002000000000000" + "01FF00000C0001" + "016100000C0001"));

        Assert.Equal(DnsName.FromLabels("a"), Assert.Single(message.Questions).Name);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a..b")]
    public void Empty_labels_are_refused(string name) => Assert.Throws<FormatException>(() => DnsName.Parse(name));

    [Fact]
    public void Overlong_labels_and_names_are_refused()
    {
        Assert.Throws<FormatException>(() => DnsName.FromLabels(new string('a', 64)));
        Assert.Throws<FormatException>(() => DnsName.FromLabels([.. Enumerable.Repeat("abc", 64)]));
        Assert.Throws<FormatException>(() => new DnsMessage { Answers = [new DnsRecord(Service, new DnsData.Text(new string('x', 256)), TimeSpan.Zero)] }.Encode());
    }

    [Fact]
    public void Random_and_mutated_messages_never_do_worse_than_a_format_error()
    {
        var random = new Random(20261120);
        var template = Response.Encode();
        for (var i = 0; i < Soak.Count(50_000, 1_000_000); i++)
        {
            byte[] input;
            if (i % 4 == 0)
            {
                input = new byte[random.Next(0, 96)];
                random.NextBytes(input);
            }
            else
            {
                input = template[..random.Next(12, template.Length + 1)];
                for (var flips = random.Next(1, 4); flips > 0; flips--) input[random.Next(input.Length)] = (byte)random.Next(256);
            }

            if (!DnsMessage.TryDecode(input, out var message)) continue;
            var again = DnsMessage.Decode(message.Encode());
            Assert.Equal(message.Answers.Count, again.Answers.Count);
        }
    }

    private static int Occurrences(ReadOnlySpan<byte> haystack, ReadOnlySpan<byte> needle)
    {
        var count = 0;
        for (int at; (at = haystack.IndexOf(needle)) >= 0; haystack = haystack[(at + 1)..]) count++;
        return count;
    }
}
