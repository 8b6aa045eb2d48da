using Causeway.Ipfs.Dag;
using Causeway.Ipfs.Dag.Cbor;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Tests.Dag;

public sealed class IpldValueTests
{
    private static readonly Cid SomeCid = Cid.Parse("bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e");

    [Fact]
    public void A_map_has_its_keys_in_one_order_however_it_was_made()
    {
        var map = IpldMap.Of(("payload", "x"), ("v", 2), ("id", "log"), ("é", 1), ("aa", 3));
        Assert.Equal(["v", "aa", "id", "é", "payload"], map.Select(entry => entry.Key));
        Assert.Equal(map, IpldMap.Create(map.Reverse()));
        Assert.Equal(DagCbor.Encode(map), DagCbor.Encode(IpldMap.Create(map.Reverse())));
    }

    [Fact]
    public void A_signed_map_without_its_signature_is_the_map_that_was_signed()
    {
        IpldList next = ["zdpu1", "zdpu2"];
        var unsigned = IpldMap.Of(("id", "log"), ("next", next), ("clock", IpldMap.Of(("id", "03aa"), ("time", 7))), ("key", null));
        var signed = unsigned.With("sig", "30").With("identity", SomeCid);
        Assert.NotEqual<IpldValue>(unsigned, signed);
        Assert.Equal(unsigned, signed.Without("sig").Without("identity"));
        Assert.Equal(7, (long)signed.Get<IpldMap>("clock").Get<IpldInteger>("time").Value);
        Assert.True(signed.Get<IpldNull>("key") == IpldValue.Null);
        Assert.Equal(SomeCid, signed.Get<IpldLink>("identity").Value);
        Assert.Equal("31", signed.With("sig", "31").Get<IpldString>("sig").Value);
    }

    [Fact]
    public void What_is_not_there_or_of_another_kind_is_said_by_name()
    {
        var map = IpldMap.Of(("sig", 1));
        var error = Assert.Throws<IpfsException>(() => map.Get<IpldString>("sig"));
        Assert.Equal(IpfsError.Malformed, error.Error);
        Assert.Equal("The map has no string 'sig'.", error.Message);
        Assert.Throws<IpfsException>(() => map.Get<IpldString>("other"));
        Assert.Equal("A bytes was expected where a map stands.", Assert.Throws<IpfsException>(() => map.As<IpldBytes>()).Message);
        Assert.False(map.TryGetValue("other", out _));
    }

    [Fact]
    public void Numbers_of_different_kinds_are_different_values()
    {
        Assert.NotEqual<IpldValue>(1, 1.0);
        Assert.NotEqual<IpldValue>(0.0, -0.0);
        Assert.Equal<IpldValue>(300L, IpldInteger.Of(300));
        Assert.Equal<IpldValue>(ulong.MaxValue, IpldInteger.Of(IpldInteger.MaxValue));
        Assert.False(IpldInteger.Of(ulong.MaxValue).TryGetInt64(out _));
        Assert.True(IpldInteger.Of(long.MinValue).TryGetInt64(out var smallest) && smallest == long.MinValue);
    }

    [Fact]
    public void What_has_no_form_cannot_be_made()
    {
        Assert.Throws<ArgumentException>(() => (IpldValue)double.NaN);
        Assert.Throws<ArgumentException>(() => (IpldValue)double.NegativeInfinity);
        Assert.Throws<ArgumentException>(() => (IpldValue)"\ud83d");
        Assert.Throws<ArgumentException>(() => (IpldValue)"\udc00\ud83d");
        Assert.Throws<ArgumentException>(() => IpldMap.Of(("\ud83d", 1)));
        Assert.Throws<ArgumentException>(() => IpldMap.Of(("a", 1), ("b", 2), ("a", 1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => IpldInteger.Of(IpldInteger.MaxValue + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => IpldInteger.Of(IpldInteger.MinValue - 1));
        IpldValue nested = IpldList.Empty;
        for (var depth = 1; depth < IpldValue.MaxDepth; depth++) nested = IpldList.Of(nested);
        Assert.Throws<ArgumentException>(() => IpldList.Of(nested));
        Assert.Throws<ArgumentException>(() => IpldMap.Of(("a", nested)));
    }

    [Fact]
    public void Keys_are_ordered_as_their_bytes_are()
    {
        string[] keys = ["", "a", "b", "z", "aa", "ab", "é", "\uffff", "\U0001f600", "\ue000", "a\ue000", "a\U0001f600", "ué"];
        var random = new Random(3);
        foreach (var left in keys)
        {
            foreach (var right in keys)
            {
                var (a, b) = (System.Text.Encoding.UTF8.GetBytes(left), System.Text.Encoding.UTF8.GetBytes(right));
                Assert.Equal(Math.Sign(a.AsSpan().SequenceCompareTo(b)), Math.Sign(MapKeys.CompareBytes(left, right)));
                var expected = a.Length != b.Length ? a.Length.CompareTo(b.Length) : a.AsSpan().SequenceCompareTo(b);
                Assert.Equal(Math.Sign(expected), Math.Sign(MapKeys.CompareCbor(left, right)));
            }
        }

        random.Shuffle(keys);
        var map = IpldMap.Create(keys.Select(static key => KeyValuePair.Create(key, (IpldValue)key)));
        Assert.All(keys, key => Assert.Equal(key, map.Get<IpldString>(key).Value));
    }

    [Fact]
    public void A_value_is_shown_as_JSON()
    {
        Assert.Equal("""{"a":[1,1.0,null],"b":{"/":{"bytes":"AQ"}}}""", IpldMap.Of(("b", new byte[] { 1 }), ("a", IpldList.Of(1, 1.0, null))).ToString());
        Assert.Equal("(map)", IpldMap.Of(("/", "a")).ToString());
    }
}
