using Causeway.Ipfs.Bitswap.Wire;
using Causeway.Ipfs.Blocks;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Tests.Bitswap.Wire;

public sealed class BitswapCodecTests
{
    private static readonly Block Sample = Block.Create(Multicodec.Raw, "hello world"u8.ToArray());
    private static readonly Cid Version0 = Cid.CreateV0(Sample.Cid.Hash);

    [Fact]
    public void A_message_says_the_same_after_its_journey()
    {
        var outgoing = new OutgoingMessage { IsFull = true, PendingBytes = 77 };
        outgoing.Add(new WantEntry(Sample.Cid, WantType.Have, Priority: -5, SendDontHave: true));
        outgoing.Add(new WantEntry(Version0, IsCancel: true));
        outgoing.Add(new BlockPresence(Sample.Cid, Has: true));
        outgoing.Add(new BlockPresence(Version0, Has: false));
        outgoing.Add(Sample);
        outgoing.Add(new Block(Version0, Sample.Data));

        var message = Decode(outgoing.ToArray());

        Assert.True(message.IsFull);
        Assert.Equal(77, message.PendingBytes);
        Assert.Equal([new WantEntry(Sample.Cid, WantType.Have, -5, SendDontHave: true), new WantEntry(Version0, IsCancel: true)], message.Wants);
        Assert.Equal([new BlockPresence(Sample.Cid, true), new BlockPresence(Version0, false)], message.Presences);
        Assert.All(message.Blocks, static block => Assert.Equal(Sample.Data.ToArray(), block.Data.ToArray()));
        Assert.Equal([1, 0], message.Blocks.Select(static block => block.Prefix.Version));
        Assert.All(message.Blocks, static block => Assert.Equal(Sample.Cid.Hash, block.Prefix.HashOf(block.Data.Span)));
    }

    [Fact]
    public void The_bytes_are_those_of_the_specification()
    {
        // By hand after ipfs/specs, Bitswap 1.2.0: wantlist { entry { block, priority 1, sendDontHave } full }, payload { prefix 01 55 12 20, data }.
        var outgoing = new OutgoingMessage { IsFull = true };
        outgoing.Add(new WantEntry(Sample.Cid, SendDontHave: true));
        outgoing.Add(Sample);
        byte[] entry = [0x0a, 36, .. Sample.Cid.Bytes.Span, 0x10, 1, 0x28, 1];
        byte[] list = [0x0a, (byte)entry.Length, .. entry, 0x10, 1];
        byte[] block = [0x0a, 4, 0x01, 0x55, 0x12, 0x20, 0x12, 11, .. "hello world"u8];
        Assert.Equal([0x0a, (byte)list.Length, .. list, 0x1a, (byte)block.Length, .. block], outgoing.ToArray());
    }

    [Fact]
    public async Task Large_and_small_blocks_are_written_behind_their_length()
    {
        var outgoing = new OutgoingMessage();
        foreach (var length in new[] { 5, 100_000, 0, 16 << 10, 20_000 }) outgoing.Add(Block.Create(Multicodec.Raw, new byte[length]));
        using var stream = new MemoryStream();
        await outgoing.WriteAsync(stream, TestContext.Current.CancellationToken);

        Assert.True(UnsignedVarint.TryRead(stream.ToArray(), out var length1, out var prefix));
        Assert.Equal(stream.Length - prefix, (long)length1);
        Assert.Equal(outgoing.Size, (int)length1);
        Assert.Equal([5, 100_000, 0, 16 << 10, 20_000], Decode(stream.ToArray()[prefix..]).Blocks.Select(static block => block.Data.Length));
    }

    [Theory]
    [InlineData("0a", "a length is missing")]
    [InlineData("0a05", "it ends within a field")]
    [InlineData("08 01", "the wantlist is a number")]
    [InlineData("0a020a00", "a want without a CID")]
    [InlineData("0a060a040a020155", "a CID that is cut off")]
    [InlineData("1a04 0a02 0155", "a prefix that is cut off")]
    [InlineData("1a07 0a05 0155122000", "a prefix that is too long")]
    [InlineData("1a06 0a04 02551220", "a CID of version 2")]
    [InlineData("1a00", "a block without a prefix")]
    [InlineData("2200", "a presence without a CID")]
    [InlineData("2a01 00", "pending bytes that are bytes")]
    [InlineData("0b", "a group")]
    public void What_is_no_message_is_refused(string hex, string because) =>
        Assert.False(BitswapDecoder.TryDecode(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)), out _), because);

    [Fact]
    public void Fields_that_nobody_knows_are_stepped_over() => Assert.True(Decode([0x12, 1, 0, 0x78, 5, 0xf2, 0x01, 0]).IsEmpty);

    [Fact]
    public void A_wantlist_without_end_is_taken_up_to_the_limit()
    {
        var outgoing = new OutgoingMessage();
        for (var i = 0; i < BitswapLimits.MaxEntries + 100; i++) outgoing.Add(new WantEntry(Sample.Cid));
        Assert.Equal(BitswapLimits.MaxEntries, Decode(outgoing.ToArray()).Wants.Count);
    }

    [Theory]
    [InlineData(MultihashCode.Identity, 5)]
    [InlineData(MultihashCode.Sha2_256, Block.MinDigestLength - 1)]
    [InlineData(MultihashCode.Sha2_256, 33)]
    [InlineData((MultihashCode)0x7777, 32)]
    public void A_hash_that_proves_nothing_is_none(MultihashCode code, int length) => Assert.Null(new CidPrefix(1, Multicodec.Raw, code, length).HashOf("hello"u8));

    private static BitswapMessage Decode(byte[] body)
    {
        Assert.True(BitswapDecoder.TryDecode(body, out var message));
        return message;
    }
}
