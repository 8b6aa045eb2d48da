using Causeway.Libp2p.Kademlia;
using Causeway.Libp2p.Kademlia.Wire;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Tests.Kademlia.Wire;

public sealed class KademliaCodecTests
{
    private static readonly PeerId Peer = PeerId.Parse("12D3KooWA4Xop1JaT3MHxwYMkCepYsv4iPVopMXwCz5iHYdBfeSB");
    private static readonly Multiaddress Address = Some.Address("/ip4/192.0.2.1/tcp/4001");

    // type FIND_NODE, key "key", a closer peer with an address and a connection: written down from the specification, not from the encoder.
    private static byte[] Known =>
    [
        0x08, 0x04, 0x12, 0x03, .. "key"u8, 0x42, (byte)(2 + 38 + 2 + 8 + 2),
        0x0a, 38, .. Peer.Span, 0x12, 8, 0x04, 192, 0, 2, 1, 0x06, 0x0f, 0xa1, 0x18, 0x01,
    ];

    [Fact]
    public void A_message_is_encoded_as_specified()
    {
        var frame = KademliaEncoder.Encode(new KademliaMessage(KademliaMessageType.FindNode, "key"u8.ToArray())
        {
            CloserPeers = [new KademliaPeer(Peer, [Address], KademliaConnection.Connected)],
        });

        Assert.Equal([(byte)Known.Length, .. Known], frame);
    }

    [Fact]
    public void A_message_is_decoded_as_specified()
    {
        Assert.True(KademliaDecoder.TryDecode(Known, out var message));

        Assert.Equal(KademliaMessageType.FindNode, message.Type);
        Assert.Equal("key"u8.ToArray(), message.Key.ToArray());
        var peer = Assert.Single(message.CloserPeers);
        Assert.Equal(Peer, peer.Peer);
        Assert.Equal([Address], peer.Addresses);
        Assert.Equal(KademliaConnection.Connected, peer.Connection);
        Assert.Empty(message.ProviderPeers);
        Assert.Null(message.Record);
    }

    [Fact]
    public void Every_field_comes_out_as_it_went_in()
    {
        foreach (var type in Enum.GetValues<KademliaMessageType>())
        {
            var decoded = RoundTrip(new KademliaMessage(type, "key"u8.ToArray())
            {
                Record = new KademliaRecord("key"u8.ToArray(), new byte[40_000]) { ReceivedAt = DateTimeOffset.UnixEpoch },
                CloserPeers = [new KademliaPeer(Peer, []), new KademliaPeer(Some.NewPeer(), [Address, Some.Address("/dns4/example.org/tcp/443/wss")])],
                ProviderPeers = [new KademliaPeer(Some.NewPeer(), [Address], KademliaConnection.CannotConnect)],
            });

            Assert.Equal(type, decoded.Type);
            Assert.Equal(40_000, decoded.Record!.Value.Length);
            Assert.Equal("key"u8.ToArray(), decoded.Record.Key.ToArray());
            Assert.Equal([0, 2], decoded.CloserPeers.Select(static peer => peer.Addresses.Count));
            Assert.Equal(KademliaConnection.CannotConnect, Assert.Single(decoded.ProviderPeers).Connection);
        }
    }

    [Fact]
    public void A_message_without_anything_stores_nothing_under_no_key()
    {
        // Type 0 is left out by proto3 encoders such as js-libp2p's.
        Assert.True(KademliaDecoder.TryDecode([], out var message));
        Assert.Equal(KademliaMessageType.PutValue, message.Type);
        Assert.True(message.Key.IsEmpty);
    }

    [Fact]
    public void The_time_of_a_record_has_the_form_that_every_implementation_takes()
    {
        var frame = KademliaEncoder.Encode(new KademliaMessage(KademliaMessageType.GetValue, "k"u8.ToArray())
        {
            Record = new KademliaRecord("k"u8.ToArray(), "v"u8.ToArray()) { ReceivedAt = new DateTimeOffset(2026, 3, 4, 7, 6, 7, 89, TimeSpan.FromHours(2)) },
        });

        Assert.True(frame.AsSpan().IndexOf("2026-03-04T05:06:07.089000000Z"u8) > 0);
    }

    [Fact]
    public void Unknown_fields_addresses_and_peers_are_passed_over()
    {
        byte[] peer = [0x0a, 38, .. Peer.Span, 0x12, 2, 0xff, 0x7f, 0x12, 8, 0x04, 192, 0, 2, 1, 0x06, 0x0f, 0xa1, 0x18, 0x63, 0x22, 1, 0];
        byte[] stranger = [0x0a, 2, 1, 2];
        byte[] message = [0x08, 0x05, 0x50, 0x01, 0x7a, 2, 7, 7, 0x4a, (byte)peer.Length, .. peer, 0x4a, (byte)stranger.Length, .. stranger];

        Assert.True(KademliaDecoder.TryDecode(message, out var decoded));

        var provider = Assert.Single(decoded.ProviderPeers);
        Assert.Equal([Address], provider.Addresses);
        Assert.Equal(KademliaConnection.NotConnected, provider.Connection);
    }

    [Fact]
    public void More_peers_and_addresses_than_allowed_are_left_out()
    {
        var many = Enumerable.Range(0, 40).Select(static i => Some.Address($"/ip4/192.0.2.1/tcp/{i + 1}")).ToArray();
        var decoded = RoundTrip(new KademliaMessage(KademliaMessageType.FindNode, "key"u8.ToArray())
        {
            CloserPeers = [.. Enumerable.Range(0, 200).Select(i => new KademliaPeer(Peer, i == 0 ? many : []))],
        });

        Assert.Equal(KademliaLimits.MaxPeersPerList, decoded.CloserPeers.Count);
        Assert.Equal(many.Take(KademliaLimits.MaxAddressesPerPeer), decoded.CloserPeers[0].Addresses);
    }

    [Fact]
    public void Providers_that_would_make_a_message_too_large_are_left_out()
    {
        var named = Some.Address("/dns4/" + new string('a', 60) + "/tcp/1");
        var peer = new KademliaPeer(Peer, [.. Enumerable.Repeat(named, 6000)]);
        var frame = KademliaEncoder.Encode(new KademliaMessage(KademliaMessageType.GetProviders, "key"u8.ToArray()) { ProviderPeers = [.. Enumerable.Repeat(peer, 20)] });

        Assert.InRange(frame.Length, KademliaLimits.MaxMessageSize / 2, KademliaLimits.MaxMessageSize + 4);
    }

    [Theory]
    [InlineData("0806")] // a type that nobody knows
    [InlineData("0a0104")] // the type as bytes
    [InlineData("1001")] // the key as a number
    [InlineData("1205616263")] // the key is cut off
    [InlineData("1a02080" + "1")] // the record's key as a number
    [InlineData("42020801")] // a peer's ID as a number
    [InlineData("4203120504")] // an address that is cut off
    [InlineData("07")] // no wire type
    [InlineData("08ffffffffffffffffffff01")] // a number of more than 64 bits
    public void What_is_no_message_is_refused(string hex) => Assert.False(KademliaDecoder.TryDecode(Convert.FromHexString(hex), out _));

    [Fact]
    public void Keys_and_values_that_are_too_long_are_refused()
    {
        Assert.True(TryEncodeAndDecode(KademliaLimits.MaxKeyLength, KademliaLimits.MaxValueLength));
        Assert.False(TryEncodeAndDecode(KademliaLimits.MaxKeyLength + 1, 1));
        Assert.False(TryEncodeAndDecode(1, KademliaLimits.MaxValueLength + 1));
    }

    private static bool TryEncodeAndDecode(int key, int value)
    {
        var frame = KademliaEncoder.Encode(new KademliaMessage(KademliaMessageType.PutValue, "key"u8.ToArray()) { Record = new KademliaRecord(new byte[key], new byte[value]) });
        _ = UnsignedVarint.TryRead(frame, out _, out var prefix);
        return KademliaDecoder.TryDecode(frame.AsSpan(prefix), out _);
    }

    private static KademliaMessage RoundTrip(KademliaMessage message)
    {
        var frame = KademliaEncoder.Encode(message);
        Assert.True(UnsignedVarint.TryRead(frame, out var length, out var prefix));
        Assert.Equal(frame.Length - prefix, (int)length);
        Assert.True(KademliaDecoder.TryDecode(frame.AsSpan(prefix), out var decoded));
        return decoded;
    }
}
