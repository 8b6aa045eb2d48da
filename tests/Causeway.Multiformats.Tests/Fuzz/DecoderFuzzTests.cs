using System.Buffers;
using System.Text;
using Causeway.Testing;
using Xunit;

namespace Causeway.Multiformats.Tests.Fuzz;

/// <summary>
/// Every decoder against a stream of hostile inputs: none throws, and whatever one accepts it writes back byte for byte — two different
/// encodings of one value would be two names for one thing.
/// </summary>
public sealed class DecoderFuzzTests
{
    private const string Alphabet = "/.:%-_=~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ \u00e9";

    private static readonly string[] AddressTexts =
    [
        "/ip4/127.0.0.1/tcp/9092/p2p/12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA",
        "/ip6zone/eth0/ip6/fe80::1/udp/4001/quic-v1/webtransport/certhash/uEiDDq4_xNyDorZBH3TlGazyJdOWSwvo4PUo5YHFMrvDE8g",
        "/ip6/::ffff:192.0.2.1/ipcidr/120",
        "/dns4/example.com/tcp/443/tls/sni/example.com/ws/http-path/a%2Fb",
        "/onion/timaq4ygg2iegci7:80/p2p-circuit/memory/x",
        "/onion3/vww6ybal4bd7szmgncyruucpgfkqahzddi37ktceo3ah7ngmcopnpyyd:1234",
        "/garlic32/566niximlxdzpanmn4qouucvua3k7neniwss47li5r6ugoertzuq",
        "/p2p/QmcgpsyWgH8Y8ajJz1Cu72KnS5uo2Aa2LpzU7kinSupNKC/unix/a/b c",
    ];

    private static readonly string[] IdTexts =
    [
        "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA",
        "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N",
        "bafzbeie5745rpv2m6tjyuugywy4d5ewrqgqqhfnf445he3omzpjbx5xqxe",
        "k2k4r8oqamigqdo6o7hsbfwd45y70oyynp98usk7zmyfrzpqxh1pohl7",
        "f01551220ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "mAVUSILp4Fr+PAc/qQUFA3l2uIiOwA2Gjlhd6nLQQ/2HyABWt",
    ];

    private static readonly byte[][] AddressBytes = [.. AddressTexts.Select(text => Multiaddress.Parse(text).Bytes.ToArray())];
    private static readonly byte[][] IdBytes = [.. IdTexts[..4].Select(text => PeerId.Parse(text).Bytes.ToArray())];
    private static readonly byte[][] CidBytes = [.. IdTexts[1..2].Concat(IdTexts[2..]).Select(text => Cid.Parse(text).Bytes.ToArray())];

    private static int Runs => Soak.Count(40_000, 1_000_000);

    [Fact]
    public void Varints()
    {
        var mutator = new Mutator(1);
        byte[][] samples = [[0x00], [0x7f], [0xac, 0x02], [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f], [0x80, 0x80, 0x80, 0x00]];
        Span<byte> back = stackalloc byte[UnsignedVarint.MaxLength];
        var accepted = 0;
        for (var run = 0; run < Runs; run++)
        {
            var input = mutator.Next(samples);
            var status = UnsignedVarint.Read(input, out var value, out var length);
            Assert.Equal(status, UnsignedVarint.Read(new ReadOnlySequence<byte>(input.ToArray()), out _, out _));
            if (status != OperationStatus.Done) continue;
            accepted++;
            Assert.True(input[..length].SequenceEqual(back[..UnsignedVarint.Write(back, value)]));
        }

        Assert.InRange(accepted, Runs / 10, Runs);
    }

    [Fact]
    public void Multibase_texts()
    {
        var mutator = new Mutator(2);
        string[] samples = [.. Enum.GetValues<MultibaseEncoding>().Skip(1).Select(e => Multibase.Encode("\0yes mani !"u8, e))];
        var accepted = 0;
        for (var run = 0; run < Runs; run++)
        {
            var text = mutator.NextText(samples, Alphabet);
            if (!Multibase.TryDecode(text, out var bytes, out var encoding)) continue;
            accepted++;
            Assert.Equal(text, Multibase.Encode(bytes, encoding), IgnoresCase(encoding) ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
        }

        Assert.InRange(accepted, Runs / 20, Runs);
    }

    [Fact]
    public void Multihashes() => FuzzBytes(3, CidBytes.Select(bytes => Cid.FromBytes(bytes).Hash.Bytes.ToArray()).ToArray(),
        input => Multihash.TryFromBytes(input, out var hash) ? hash.Bytes : default(ReadOnlyMemory<byte>?),
        input => Multihash.TryRead(input, out var hash, out var length) ? (hash.Bytes, length) : null);

    [Fact]
    public void Cids() => FuzzBytes(4, CidBytes,
        input => Cid.TryFromBytes(input, out var cid) ? Cid.Parse(cid.ToString()).Bytes : default(ReadOnlyMemory<byte>?),
        input => Cid.TryRead(input, out var cid, out var length) ? (cid.Bytes, length) : null);

    [Fact]
    public void Peer_ids() => FuzzBytes(5, IdBytes, input =>
    {
        if (!PeerId.TryFromBytes(input, out var id)) return null;
        Assert.Equal(id, PeerId.Parse(id.ToString()));
        _ = id.TryGetPublicKey(out _);
        return id.Bytes;
    });

    [Fact]
    public void Multiaddrs() => FuzzBytes(6, AddressBytes, input =>
    {
        if (!Multiaddress.TryFromBytes(input, out var address)) return null;
        Assert.Equal(address, Multiaddress.Parse(address.ToString()));
        return address.Bytes;
    });

    [Fact]
    public void Id_texts()
    {
        var mutator = new Mutator(7);
        var accepted = 0;
        for (var run = 0; run < Runs; run++)
        {
            var text = mutator.NextText(IdTexts, Alphabet);
            if (PeerId.TryParse(text, out var id))
            {
                accepted++;
                if (text[0] is '1' or 'Q') Assert.Equal(text, id.ToString());
            }

            if (!Cid.TryParse(text, out var cid)) continue;
            accepted++;
            Assert.Equal(cid, Cid.FromBytes(cid.Bytes.Span));
        }

        Assert.InRange(accepted, Runs / 20, 2 * Runs);
    }

    [Fact]
    public void Multiaddr_texts()
    {
        var mutator = new Mutator(8);
        var accepted = 0;
        for (var run = 0; run < Runs; run++)
        {
            var text = mutator.NextText(AddressTexts, Alphabet);
            if (!Multiaddress.TryParse(text, out var address)) continue;
            accepted++;
            Assert.Equal(address, Multiaddress.FromBytes(address.Bytes.Span));
            Assert.Equal(address, Multiaddress.Parse(address.ToString()));
            _ = address.TryGetIPAddress(out _) | address.IsPublic | address.PeerId is null | address.WithoutPeerId().IsEmpty;
        }

        Assert.InRange(accepted, Runs / 20, Runs);
    }

    private delegate ReadOnlyMemory<byte>? Decode(ReadOnlySpan<byte> input);

    private delegate (ReadOnlyMemory<byte> Bytes, int Length)? DecodePrefix(ReadOnlySpan<byte> input);

    private static void FuzzBytes(int seed, byte[][] samples, Decode decode, DecodePrefix? decodePrefix = null)
    {
        var mutator = new Mutator(seed);
        var accepted = 0;
        for (var run = 0; run < Runs; run++)
        {
            var input = mutator.Next(samples);
            if (decode(input) is { } bytes)
            {
                accepted++;
                Assert.True(input.SequenceEqual(bytes.Span), Convert.ToHexString(input));
            }

            if (decodePrefix?.Invoke(input) is { } prefix)
            {
                Assert.True(input[..prefix.Length].SequenceEqual(prefix.Bytes.Span), Convert.ToHexString(input));
            }
        }

        Assert.InRange(accepted, Runs / 20, Runs);
    }

    private static bool IgnoresCase(MultibaseEncoding encoding) =>
        encoding.ToString().StartsWith("Base16", StringComparison.Ordinal) || encoding.ToString().StartsWith("Base36", StringComparison.Ordinal)
        || (encoding.ToString().StartsWith("Base32", StringComparison.Ordinal) && encoding != MultibaseEncoding.Base32Z);
}
