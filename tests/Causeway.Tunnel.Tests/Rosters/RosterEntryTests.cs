using System.Net;
using Causeway.Testing;
using Causeway.Tunnel.Rosters.Entries;

namespace Causeway.Tunnel.Tests.Rosters;

public sealed class RosterEntryTests
{
    private static readonly TestPeer Author = TestPeer.Create(1);
    private static readonly TestPeer Other = TestPeer.Create(2);

    [Fact]
    public void Every_operation_reads_back()
    {
        foreach (var entry in Samples())
        {
            Assert.True(RosterEntry.TryDecode(entry.Bytes.Span, out var read));
            Assert.Equal(entry.Id, read.Id);
            Assert.Equal(entry.Header.Author, read.Header.Author);
            Assert.Equal(entry.Header.Height, read.Header.Height);
            Assert.Equal(entry.Header.Time, read.Header.Time);
            Assert.Equal(entry.Header.Parents, read.Header.Parents);
            Assert.Equal(entry.Change.Operation, read.Change.Operation);
            Assert.Equal(entry.Change.Subject, read.Change.Subject);
            Assert.Equal(RosterEntryCodec.Write(entry.Header, entry.Change), RosterEntryCodec.Write(read.Header, read.Change));
        }
    }

    [Fact]
    public void Every_cut_and_every_trailing_byte_is_refused()
    {
        foreach (var entry in Samples())
        {
            var bytes = entry.Bytes.ToArray();
            for (var length = 0; length < bytes.Length; length += length < 200 || length > bytes.Length - 100 ? 1 : 61)
            {
                // A cut moves where the signature begins, so the body lacks its end.
                Assert.False(RosterEntry.TryDecode(bytes.AsSpan(0, length), out _));
            }

            Assert.False(RosterEntry.TryDecode([.. bytes, 0], out _));
        }
    }

    [Fact]
    public void Fields_that_have_no_meaning_are_refused()
    {
        var entry = Samples().First(e => e.Change is RosterChange.SetRole).Bytes.ToArray();
        const int Operation = 1, Network = 2, Height = 66, Time = 74, Parents = 82;
        foreach (var (at, value) in new (int, byte)[] { (0, 0), (0, 2), (Operation, 0), (Operation, 8), (Operation, 1), (Time, 1), (Parents, 0), (Parents, 17), (Parents, 1), (Parents + 1 + 64 + 32, 2) })
        {
            var changed = entry.ToArray();
            changed[at] = value;
            Assert.False(RosterEntry.TryDecode(changed, out _), $"byte {at} = {value}");
        }

        var zeroHeight = entry.ToArray();
        zeroHeight.AsSpan(Height, 8).Clear();
        Assert.False(RosterEntry.TryDecode(zeroHeight, out _));
        var noNetwork = entry.ToArray();
        noNetwork.AsSpan(Network, 32).Clear();
        Assert.False(RosterEntry.TryDecode(noNetwork, out _));
        var unordered = entry.ToArray();
        entry.AsSpan(Parents + 1, 32).CopyTo(unordered.AsSpan(Parents + 33));
        Assert.False(RosterEntry.TryDecode(unordered, out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-a")]
    [InlineData("a-")]
    [InlineData("Upper")]
    [InlineData("dots.dots")]
    [InlineData("peer-aaaaaaaa")]
    [InlineData("ünder")]
    public void What_is_no_name_has_no_encoding(string name) =>
        Assert.Throws<ArgumentException>(() => Write(new RosterChange.SetName(Other.Id, name)));

    [Theory]
    [InlineData("https://relay.example/")]
    [InlineData("wss://relay.example/ x")]
    [InlineData("wss://relay.example/\n")]
    public void What_is_no_relay_has_no_encoding(string url) => Assert.Throws<ArgumentException>(() => Write(new RosterChange.SetRelays([url])));

    [Theory]
    [InlineData("10.10.10.0/24", true)]
    [InlineData("10.10.10.1/24", false)]
    [InlineData("10.0.0.0/8", true)]
    [InlineData("10.0.0.0/7", false)]
    [InlineData("10.0.0.0/30", true)]
    [InlineData("10.0.0.0/31", false)]
    [InlineData("0.0.0.0/8", false)]
    [InlineData("fd00::/24", false)]
    [InlineData("10.0.0.0", false)]
    public void Subnets(string text, bool isValid) => Assert.Equal(isValid, RosterSubnet.TryParse(text, out _));

    [Theory]
    [InlineData("Frank's Laptop", "franks-laptop")]
    [InlineData("host.example.org", "host")]
    [InlineData("__", null)]
    [InlineData("peer-x", null)]
    [InlineData("ÄÖ", null)]
    [InlineData("a - b", "a-b")]
    public void A_wish_becomes_a_name_or_nothing(string wish, string? name) => Assert.Equal(name, RosterName.FromWish(wish));

    [Fact]
    public void Random_changes_decode_to_one_encoding_or_not_at_all()
    {
        var samples = Samples().Select(e => e.Unsigned.ToArray()).ToArray();
        var random = new Random(5);
        var accepted = 0;
        for (var i = 0; i < Soak.Count(30_000, 1_000_000); i++)
        {
            var bytes = samples[random.Next(samples.Length)].ToArray();
            for (var n = random.Next(1, 4); n > 0; n--)
            {
                var at = random.Next(3) == 0 ? random.Next(bytes.Length) : random.Next(Math.Min(bytes.Length, 260));
                bytes = random.Next(6) switch
                {
                    0 => [.. bytes[..at], .. bytes[(at + 1)..]],
                    1 => [.. bytes[..at], (byte)random.Next(256), .. bytes[at..]],
                    2 => bytes[..at],
                    _ => [.. bytes[..at], (byte)random.Next(256), .. bytes[(at + 1)..]],
                };
                if (bytes.Length == 0) break;
            }

            if (!RosterEntryCodec.TryRead(bytes, out var header, out var change)) continue;
            accepted++;
            Assert.Equal(bytes, RosterEntryCodec.Write(header, change));
        }

        Assert.True(accepted > 0);
    }

    private static IEnumerable<RosterEntry> Samples()
    {
        yield return RosterEntry.Create(
            new RosterEntryHeader(default, Author.Id, 0, DateTimeOffset.UnixEpoch, []),
            new RosterChange.CreateNetwork("net", History.Subnet, Author.Key, "first", IPAddress.Parse("10.10.0.1"), ["wss://a.example/", "ws://b.example:8080/#x"]),
            Author);
        foreach (var change in new RosterChange[]
        {
            new RosterChange.AddMember(Other.Key, "second", IPAddress.Any, RosterRole.Administrator), new RosterChange.RemoveMember(Other.Id),
            new RosterChange.SetName(Other.Id, "a"), new RosterChange.SetAddress(Other.Id, IPAddress.Parse("1.2.3.4")),
            new RosterChange.SetRole(Other.Id, RosterRole.Member), new RosterChange.SetRelays([]),
        })
        {
            yield return Write(change);
        }
    }

    private static RosterEntry Write(RosterChange change)
    {
        var parents = new[] { RosterEntryId.Of([1]), RosterEntryId.Of([2]) }.Order().ToArray();
        return RosterEntry.Create(new RosterEntryHeader(RosterEntryId.Of([0]), Author.Id, 7, DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_123), parents), change, Author);
    }
}
