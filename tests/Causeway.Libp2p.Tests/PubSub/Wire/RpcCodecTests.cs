using Causeway.Libp2p.PubSub.Messages;
using Causeway.Libp2p.PubSub.Wire;
using Causeway.Libp2p.Wire;

namespace Causeway.Libp2p.Tests.PubSub.Wire;

public sealed class RpcCodecTests
{
    private static readonly byte[] Message = TestMessages.Encode(TestPeers.Id(1), "news", 5, size: 3);

    [Fact]
    public void Subscriptions_and_control_survive_a_round_trip()
    {
        var builder = new RpcBuilder(1 << 20);
        builder.AddSubscription("a", true);
        builder.AddSubscription("b", false);
        builder.AddIHave("c", [new byte[] { 1 }, new byte[] { 2, 3 }]);
        builder.AddIWant([new byte[] { 4 }]);
        builder.AddGraft("d");
        builder.AddPrune("e", 60, [new ExchangedPeer(new byte[] { 5 }, new byte[] { 6 }), new ExchangedPeer(new byte[] { 7 }, default)]);
        builder.AddPrune("f", null, null);
        builder.AddIDontWant([new byte[] { 8 }, new byte[] { 9 }]);
        var rpc = TestMessages.Decode(builder.Complete().Single().Bytes);
        Assert.Equal([new("a", true), new("b", false)], rpc.Subscriptions);
        Assert.Equal([[1], [2, 3]], rpc.Control!.IHave!.Single().Ids.Select(i => i.ToArray()));
        Assert.Equal([4], rpc.Control.IWant!.Single().ToArray());
        Assert.Equal(["d"], rpc.Control.Graft);
        var (prune, bare) = (rpc.Control.Prune![0], rpc.Control.Prune[1]);
        Assert.Equal(60ul, prune.BackoffSeconds);
        Assert.Equal([6], prune.Peers![0].SignedRecord.ToArray());
        Assert.True(prune.Peers[1].SignedRecord.IsEmpty);
        Assert.Null(bare.BackoffSeconds);
        Assert.Null(bare.Peers);
        Assert.Equal([[8], [9]], rpc.Control.IDontWant!.Select(i => i.ToArray()));
    }

    [Fact]
    public void An_RPC_has_its_control_field_once()
    {
        var builder = new RpcBuilder(1 << 20);
        for (var i = 0; i < 100; i++) builder.AddGraft($"topic{i}");
        var reader = new WireReader(builder.Complete().Single().Bytes.Span);
        Assert.True(reader.TryReadVarint(out _));
        var fields = new List<int>();
        while (!reader.IsAtEnd)
        {
            Assert.True(reader.TryReadTag(out var field, out var wireType) && reader.TrySkip(wireType));
            fields.Add(field);
        }

        Assert.Equal([3], fields);
    }

    [Fact]
    public void Too_much_for_one_RPC_is_split_and_nothing_is_lost()
    {
        var builder = new RpcBuilder(2000);
        for (var i = 0; i < 300; i++) builder.AddSubscription($"topic number {i}", true);
        builder.AddIHave("news", [.. Enumerable.Range(0, 500).Select(i => (ReadOnlyMemory<byte>)TestMessages.GoId(TestPeers.Id(i), 1))]);
        for (var i = 0; i < 300; i++) builder.AddGraft($"topic number {i}");
        var frames = builder.Complete();
        var rpcs = frames.ConvertAll(f => TestMessages.Decode(f.Bytes));
        Assert.All(frames, f => Assert.True(f.Bytes.Length <= 2002));
        Assert.Equal(300, rpcs.Sum(r => r.Subscriptions?.Count ?? 0));
        Assert.Equal(500, rpcs.SelectMany(r => r.Control?.IHave ?? []).Sum(h => h.Ids.Count));
        Assert.Equal(300, rpcs.Sum(r => r.Control?.Graft?.Count ?? 0));
    }

    [Fact]
    public void A_message_is_read_as_it_is_written()
    {
        var message = TestMessages.Publish(Message).Messages!.Single();
        Assert.Equal("news", message.Topic);
        Assert.Equal(TestPeers.Id(1).Bytes.ToArray(), message.From.Of(message.Raw).ToArray());
        Assert.Equal(5ul, message.Sequence);
        Assert.Equal(3, message.Payload.Length);
        Assert.Equal([7], message.Signature.Of(message.Raw).ToArray());
        Assert.False(message.Key.IsPresent);
        Assert.Equal(Message, message.Raw.ToArray());
    }

    [Fact]
    public void Fields_out_of_order_are_put_in_order_and_unknown_ones_are_kept()
    {
        byte[] unordered = [0x22, 4, .. "news"u8, 0x7a, 2, 1, 2, 0x0a, 1, 9, 0x12, 1, 8, 0x12, 2, 7, 7, 0x1a, 0];
        var message = TestMessages.Publish(unordered).Messages!.Single();
        Assert.Equal([0x0a, 1, 9, 0x12, 2, 7, 7, 0x1a, 0, 0x22, 4, .. "news"u8, 0x7a, 2, 1, 2], message.Raw.ToArray());
        Assert.Equal([0x7a, 2, 1, 2], message.Unknown.Of(message.Raw).ToArray());
        Assert.Equal(message.Raw.Length - 4, message.SignedLength);
        Assert.Equal([7, 7], message.Payload.ToArray());
    }

    [Fact]
    public void Unknown_fields_of_RPC_and_control_are_stepped_over()
    {
        byte[] body = [0x0a, 5, 0x08, 1, 0x12, 1, (byte)'a', 0x52, 2, 1, 2, 0x58, 9, 0x1a, 2, 0x32, 0];
        var rpc = TestMessages.Decode((byte[])[(byte)body.Length, .. body]);
        Assert.Equal([new("a", true)], rpc.Subscriptions);
    }

    [Theory]
    [InlineData("0a")] // a tag and nothing else
    [InlineData("0aff")] // a length that never ends
    [InlineData("0a05")] // a length beyond the end
    [InlineData("0b")] // a group
    [InlineData("00")] // field 0
    [InlineData("0801")] // a subscription that is a number
    [InlineData("0a020801")] // a subscription without a topic
    [InlineData("0a0408011200")] // an empty topic
    [InlineData("0a0508011201ff")] // a topic that is not UTF-8
    [InlineData("1200")] // a message without a topic
    [InlineData("1203220161ff")] // garbage behind it
    [InlineData("12020801")] // a message whose author is a number
    [InlineData("1a02080a")] // control whose IHAVE is a number
    [InlineData("1a0322011a")] // a prune cut short
    [InlineData("1affffffffffffffffff01")] // a length of 2^64 − 1
    [InlineData("1affffffffffffffffffff01")] // a varint of 11 bytes
    public void Malformed_RPCs_are_refused(string hex)
    {
        var body = Convert.FromHexString(hex);
        Assert.False(TestMessages.TryDecode((byte[])[(byte)body.Length, .. body], out _));
    }

    [Fact]
    public void What_is_past_the_limits_is_stepped_over_and_counted()
    {
        var builder = new RpcBuilder(1 << 20);
        for (var i = 0; i < 20; i++) builder.AddSubscription($"t{i}", true);
        builder.AddIWant([.. Enumerable.Range(0, 20).Select(i => (ReadOnlyMemory<byte>)new byte[] { (byte)i })]);
        for (var i = 0; i < 20; i++) builder.AddGraft($"t{i}");
        builder.AddPrune("t", 1, [.. Enumerable.Range(0, 20).Select(i => new ExchangedPeer(new byte[] { (byte)i }, default))]);
        var frame = builder.Complete().Single().Bytes;
        var reader = new WireReader(frame.Span);
        Assert.True(reader.TryReadVarint(out _));
        Assert.True(new RpcDecoder(new RpcLimits(10, 10, 10, 10, 10, 100)).TryDecode(frame, reader.Position, out var rpc));
        Assert.Equal(10, rpc.Subscriptions!.Count);
        Assert.Equal(10, rpc.Control!.IWant!.Count);
        Assert.Equal(10, rpc.Control.Graft!.Count);
        Assert.Equal(10, rpc.Control.Prune!.Single().Peers!.Count);
        Assert.Equal(40, rpc.Skipped);
    }

    [Fact]
    public void A_small_message_does_not_keep_a_large_frame_alive()
    {
        var frame = TestMessages.Frame(2, Message, TestMessages.Encode(TestPeers.Id(1), "news", 6, size: 100_000));
        var messages = TestMessages.Decode(frame).Messages!;
        Assert.True(System.Runtime.InteropServices.MemoryMarshal.TryGetArray(messages[0].Raw, out var segment));
        Assert.True(segment.Array!.Length < 1000);
        Assert.Equal(Message, messages[0].Raw.ToArray());
    }

    [Fact]
    public void Both_forms_of_a_message_id_lead_to_the_same_message()
    {
        var author = TestPeers.Id(1);
        Assert.Equal(new MessageId(TestMessages.GoId(author, 7)), MessageIdForms.Canonical(TestMessages.JsId(author, 7)));
        Assert.Equal(new MessageId(TestMessages.GoId(author, 7)), MessageIdForms.Canonical(TestMessages.GoId(author, 7)));
    }

    [Fact]
    public void The_key_form_of_a_hashed_author_is_hashed()
    {
        using var key = Cryptography.Keys.PrivateKey.Generate(Cryptography.Keys.KeyType.Ecdsa);
        var encoded = key.PublicKey.ToProtobuf();
        var author = Multiformats.PeerId.FromPublicKey(key.PublicKey);
        byte[] number = [0, 0, 0, 0, 0, 0, 0, 7];
        var canonical = MessageIdForms.Canonical((byte[])[.. encoded, .. number]);
        Assert.Equal(new MessageId((byte[])[.. author.Bytes.Span, .. number]), canonical);
        Assert.Equal((byte[])[.. encoded, .. number], MessageIdForms.Write(canonical, Causeway.Libp2p.PubSub.MessageIdForm.PublicKeyAndSequence, encoded).ToArray());
    }
}
