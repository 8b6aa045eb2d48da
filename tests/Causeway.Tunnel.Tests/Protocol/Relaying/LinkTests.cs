using Causeway.Cryptography.Hybrid;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Protocol.Relaying;

namespace Causeway.Tunnel.Tests.Protocol.Relaying;

public sealed class LinkTests
{
    private static readonly HybridSigningKey Relay = HybridSigningKey.Generate();
    private static readonly HybridSigningKey OtherRelay = HybridSigningKey.Generate();
    private static readonly HybridSigningKey Member = HybridSigningKey.Generate();

    private static readonly TunnelPeerId RelayId = TunnelPeerId.FromPublicKey(Relay.PublicKey.Bytes.Span);
    private static readonly TunnelPeerId MemberId = TunnelPeerId.FromPublicKey(Member.PublicKey.Bytes.Span);

    private static readonly RelayWelcome Terms = new() { ConnectionNumber = 3, ObservedAddress = null, BytesPerSecond = 7, FramesPerSecond = 8, IdleLimit = 60 };

    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void Both_prove_who_they_are()
    {
        var (member, server) = (new MemberLink(Member, RelayId, _time), new ServerLink(Relay));
        var answer = member.OnRecord(server.Hello(_time.GetUtcNow() + TimeSpan.FromSeconds(200), 42))!;
        Assert.Equal((RelayId, 42, TimeSpan.FromSeconds(200)), (member.RelayId, member.Load, member.ClockDifference));
        var (auth, claimed) = ServerLink.Read(answer.AsMemory(4));
        Assert.Equal(MemberId, claimed);
        Assert.True(server.IsAuthentic(auth));
        Assert.False(member.IsEstablished);
        Assert.Null(member.OnRecord(server.Welcome(auth, claimed, Terms)));
        Assert.True(member.IsEstablished);
        Assert.Equal(Terms, member.Welcome);
    }

    [Fact]
    public void A_relay_other_than_the_one_in_the_address_is_refused_before_anything_is_signed()
    {
        var member = new MemberLink(Member, RelayId, _time);
        var e = Assert.Throws<RelayLinkException>(() => member.OnRecord(new ServerLink(OtherRelay).Hello(_time.GetUtcNow(), 0)));
        Assert.Equal(RelayRefusalCode.NotAuthentic, e.Code);
        Assert.Contains(RelayId.ToString(), e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_proof_works_at_one_relay_and_for_one_connection_only()
    {
        var member = new MemberLink(Member, null, _time);
        var first = new ServerLink(Relay);
        var (auth, _) = ServerLink.Read(member.OnRecord(first.Hello(_time.GetUtcNow(), 0)).AsMemory(4));
        Assert.True(first.IsAuthentic(auth));
        Assert.False(new ServerLink(Relay).IsAuthentic(auth));
        Assert.False(new ServerLink(OtherRelay).IsAuthentic(auth));
    }

    [Fact]
    public void A_relay_that_passes_the_proof_on_to_another_is_not_welcomed_there()
    {
        // The one in between shows its own key and the other relay's nonce.
        var real = new ServerLink(Relay);
        var hello = RelayHello.Decode(real.Hello(_time.GetUtcNow(), 0).AsSpan(4));
        var forged = (hello with { PublicKey = OtherRelay.PublicKey.Bytes }).Encode();
        var member = new MemberLink(Member, null, _time);
        var (auth, _) = ServerLink.Read(member.OnRecord(forged).AsMemory(4));
        Assert.False(real.IsAuthentic(auth));
    }

    [Fact]
    public void A_proof_of_which_any_byte_was_changed_does_not_hold()
    {
        var server = new ServerLink(Relay);
        var answer = new MemberLink(Member, null, _time).OnRecord(server.Hello(_time.GetUtcNow(), 0))!;

        // Nonce, both halves of the key, both halves of the signature.
        foreach (var position in new[] { 5, 40, 2640, 2670, 7300, 7351 })
        {
            var changed = answer.ToArray();
            changed[position] ^= 1;
            Assert.False(server.IsAuthentic(ServerLink.Read(changed.AsMemory(4)).Auth), $"byte {position}");
        }

        Assert.Equal(RelayRefusalCode.Version, Assert.Throws<RelayLinkException>(() => ServerLink.Read(answer.Select((b, i) => i == 4 ? (byte)2 : b).ToArray().AsMemory(4))).Code);
    }

    [Fact]
    public void Half_a_signature_is_none()
    {
        var server = new ServerLink(Relay);
        var hello = RelayHello.Decode(server.Hello(_time.GetUtcNow(), 0).AsSpan(4));
        var message = RelayProof.MemberMessage(RelayId, hello.Nonce.Span, new byte[32]);
        var good = Member.Sign(RelayProof.MemberLabel, message);
        var other = Member.Sign("causeway tunnel relay welcome"u8, message);
        foreach (var signature in new byte[][] { [.. good[..4627], .. other[4627..]], [.. other[..4627], .. good[4627..]], other })
            Assert.False(server.IsAuthentic(new MemberAuth { Nonce = new byte[32], PublicKey = Member.PublicKey.Bytes, Signature = signature }));
    }

    [Fact]
    public void A_welcome_that_was_changed_or_is_for_somebody_else_is_refused()
    {
        foreach (var position in new[] { 4, 12, 31, 39, 43, 60, 4735 })
        {
            var (member, server, auth) = Begin();
            var welcome = server.Welcome(auth, MemberId, Terms with { ObservedAddress = System.Net.IPEndPoint.Parse("192.0.2.1:99") });
            welcome[position] ^= 1;
            Assert.Throws<RelayLinkException>(() => member.OnRecord(welcome));
            Assert.False(member.IsEstablished);
        }

        var (one, link, proof) = Begin();
        var e = Assert.Throws<RelayLinkException>(() => one.OnRecord(link.Welcome(proof, RelayId, Terms)));
        Assert.Equal(RelayRefusalCode.NotAuthentic, e.Code);
    }

    [Fact]
    public void Nothing_else_is_taken_before_the_proofs()
    {
        var data = new byte[RecordHeader.DataPrefix + 1];
        RecordHeader.WriteData(data, MemberId, 1);
        Assert.Throws<RelayLinkException>(() => new MemberLink(Member, null, _time).OnRecord(data));
        var (member, server, _) = Begin();
        Assert.Throws<RelayLinkException>(() => member.OnRecord(server.Hello(_time.GetUtcNow(), 0)));
        Assert.Throws<RelayLinkException>(() => member.OnRecord(data));
        var early = new ServerLink(Relay);
        Assert.Throws<RelayLinkException>(() => new MemberLink(Member, null, _time).OnRecord(Terms.Encode(new byte[RelayProof.SignatureSize])));
        Assert.NotNull(early);
    }

    [Fact]
    public void A_refusal_says_why_and_when_to_come_again()
    {
        var e = Assert.Throws<RelayLinkException>(() => new MemberLink(Member, null, _time).OnRecord(new RelayRefused(RelayRefusalCode.Full, 30, "").Encode()));
        Assert.Equal((RelayRefusalCode.Full, TimeSpan.FromSeconds(30)), (e.Code, e.RetryAfter));
        Assert.Contains("full", e.Message, StringComparison.Ordinal);
    }

    private (MemberLink Member, ServerLink Server, MemberAuth Auth) Begin()
    {
        var (member, server) = (new MemberLink(Member, RelayId, _time), new ServerLink(Relay));
        var (auth, _) = ServerLink.Read(member.OnRecord(server.Hello(_time.GetUtcNow(), 0)).AsMemory(4));
        return (member, server, auth);
    }
}
