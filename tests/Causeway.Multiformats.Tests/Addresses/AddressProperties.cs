using System.Net;
using Causeway.Multiformats.Addresses;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Causeway.Multiformats.Tests.Addresses;

public sealed class AddressProperties
{
    private static readonly Gen<string> Names = Gen.Elements("a.example", "localhost", "xn--bcher-kva.example", "_dnsaddr.x", "ü.example");

    private static readonly Gen<string> PeerIds = Bytes(32).Select(key =>
        PeerId.FromBytes(key[0] % 2 == 0 ? [0x00, 0x24, 0x08, 0x01, 0x12, 0x20, .. key] : [0x12, 0x20, .. key]).ToString());

    private static readonly Gen<string> Parts = Gen.OneOf(
        Bytes(4).Select(b => $"/ip4/{new IPAddress(b)}"),
        Bytes(16).Select(b => Multiaddress.FromBytes([41, .. b]).ToString()),
        Sparse16().Select(b => Multiaddress.FromBytes([41, .. b]).ToString()),
        Gen.Choose(0, 65535).Select(port => $"/tcp/{port}"),
        Gen.Choose(0, 65535).Select(port => $"/udp/{port}"),
        Gen.Choose(0, 128).Select(bits => $"/ipcidr/{bits}"),
        Names.Select(name => $"/dns/{name}"),
        Names.Select(name => $"/dnsaddr/{name}"),
        Names.Select(name => $"/tls/sni/{name}"),
        PeerIds.Select(id => $"/p2p/{id}"),
        Bytes(10).Select(b => $"/onion/{Multibase.Encode(b, MultibaseEncoding.Base32)[1..]}:443"),
        Bytes(35).Select(b => $"/onion3/{Multibase.Encode(b, MultibaseEncoding.Base32)[1..]}:1"),
        Bytes(32).Select(b => $"/garlic32/{Multibase.Encode(b, MultibaseEncoding.Base32)[1..]}"),
        Bytes(20).Select(b => $"/certhash/{Multibase.Encode(Multihash.FromDigest(MultihashCode.Sha2_256, b).Bytes.Span, MultibaseEncoding.Base64Url)}"),
        Bytes(12).Select(b => $"/http-path/{string.Concat(b.Select(x => $"%{x:X2}"))}"),
        Gen.Elements(AddressProtocols.Table.Where(p => p.Size == 0).Select(p => "/" + p.Name).ToArray()));

    private static readonly Arbitrary<string> Texts = Gen.Choose(1, 8).SelectMany(n => Gen.ArrayOf(Parts, n)).Select(string.Concat).ToArbitrary();

    [Fact]
    public void Texts_and_bytes_of_any_parts_come_back() => Properties.Check(Prop.ForAll(Texts, text =>
    {
        var address = Multiaddress.Parse(text);
        var back = Multiaddress.FromBytes(address.Bytes.Span);
        return back == address && Multiaddress.Parse(back.ToString()) == address && back.ToString() == address.ToString();
    }));

    [Fact]
    public void Joining_and_cutting_undo_each_other() => Properties.Check(Prop.ForAll(Texts, Texts, (left, right) =>
    {
        var head = Multiaddress.Parse(left);
        var tail = Multiaddress.Parse(right);
        var joined = head.Encapsulate(tail);
        return joined.ToString() == head.ToString() + tail && joined.Components.Count == head.Components.Count + tail.Components.Count
            && joined.Decapsulate(tail).Encapsulate(tail).Components.Count <= joined.Components.Count
            && joined.ToString().StartsWith(joined.Decapsulate(tail).ToString().TrimEnd('/'), StringComparison.Ordinal);
    }));

    /// <summary>The base class library reads what we write, and to the same bytes.</summary>
    [Fact]
    public void Ipv6_texts_mean_the_same_to_the_base_class_library() => Properties.Check(
        Prop.ForAll(Gen.OneOf(Bytes(16), Sparse16()).ToArbitrary(), bytes =>
        {
            var text = Multiaddress.FromBytes([41, .. bytes]).ValueOf("ip6")!;
            return IPAddress.Parse(text).GetAddressBytes().AsSpan().SequenceEqual(bytes)
                && Multiaddress.Parse($"/ip6/{new IPAddress(bytes)}").Bytes.Span[1..].SequenceEqual(bytes);
        }),
        share: 5_000);

    private static Gen<byte[]> Bytes(int length) => Gen.ArrayOf(Gen.Choose(0, 255).Select(value => (byte)value), length);

    // Runs of zeros are where IPv6 texts differ.
    private static Gen<byte[]> Sparse16() => Gen.ArrayOf(Gen.Elements<byte>(0, 0, 0, 0, 1, 0xff), 16);
}
