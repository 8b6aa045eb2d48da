using Causeway.Cryptography.Hybrid;
using Causeway.Cryptography.Secrets;
using Causeway.Tunnel.Protocol.Identity;

namespace Causeway.Tunnel.Protocol.Relaying;

/// <summary>
/// The member's end of a relay link until both have proved who they are (tunnel protocol §2.2). Without I/O: records in, bytes to send out.
/// </summary>
public sealed class MemberLink(HybridSigningKey key, TunnelPeerId? expectedRelay, TimeProvider? time = null, RandomSource? random = null)
{
    private readonly byte[] _nonce = new byte[RelayHello.NonceSize];
    private RelayHello? _hello;

    /// <summary>Whether the relay has proved who it is; only then DATA and the like may be exchanged.</summary>
    public bool IsEstablished => Welcome is not null;

    /// <summary>The relay; default before RELAY_HELLO, and not proved before <see cref="IsEstablished"/>.</summary>
    public TunnelPeerId RelayId { get; private set; }

    /// <summary>How busy the relay says it is, 0 to 100.</summary>
    public byte Load => _hello?.Load ?? 0;

    /// <summary>How far the relay's clock is ahead of ours.</summary>
    public TimeSpan ClockDifference { get; private set; }

    /// <summary>What holds for this connection; null before <see cref="IsEstablished"/>.</summary>
    public RelayWelcome? Welcome { get; private set; }

    /// <summary>Takes a record.</summary>
    /// <param name="record">The whole record, header included.</param>
    /// <returns>What to send: AUTH after RELAY_HELLO, nothing after WELCOME.</returns>
    /// <exception cref="RelayLinkException">The relay refuses, is not the one that was expected, or says what it may not.</exception>
    public byte[]? OnRecord(ReadOnlySpan<byte> record)
    {
        var body = record[RecordHeader.Size..];
        switch (RecordHeader.Read(record).Type)
        {
            case RecordType.RelayHello when _hello is null:
                return OnHello(RelayHello.Decode(body));
            case RecordType.Welcome when _hello is not null && !IsEstablished:
                OnWelcome(body);
                return null;
            case RecordType.Refused:
                throw Refused(RelayRefused.Decode(body));
            default:
                throw new RelayLinkException(RelayRefusalCode.Malformed, "the relay says something that does not belong here");
        }
    }

    /// <summary>What a REFUSED means.</summary>
    public static RelayLinkException Refused(RelayRefused refused) => new(refused.Code, $"the relay refuses: {Explain(refused)}")
    {
        RetryAfter = TimeSpan.FromSeconds(refused.RetryAfterSeconds),
    };

    private static string Explain(RelayRefused refused) => refused.Text.Length > 0 ? refused.Text : refused.Code switch
    {
        RelayRefusalCode.NotAllowed => "it does not serve this machine",
        RelayRefusalCode.Full => "it is full",
        RelayRefusalCode.Replaced => "another connection with the same key has taken over",
        RelayRefusalCode.Draining => "it is going down",
        _ => $"{refused.Code}",
    };

    private byte[] OnHello(RelayHello hello)
    {
        RelayId = hello.RelayId;
        if (expectedRelay is { } expected && expected != RelayId)
        {
            throw new RelayLinkException(
                RelayRefusalCode.NotAuthentic, $"the relay is {RelayId}, not {expected} as its address says; ask its operator for the present address, somebody may be in between");
        }

        _hello = hello;
        ClockDifference = hello.Time - (time ?? TimeProvider.System).GetUtcNow();
        (random ?? RandomSource.System).Fill(_nonce);
        return new MemberAuth
        {
            Nonce = _nonce,
            PublicKey = key.PublicKey.Bytes,
            Signature = key.Sign(RelayProof.MemberLabel, RelayProof.MemberMessage(RelayId, hello.Nonce.Span, _nonce)),
        }.Encode();
    }

    private void OnWelcome(ReadOnlySpan<byte> body)
    {
        var welcome = RelayWelcome.Decode(body);
        var member = TunnelPeerId.FromPublicKey(key.PublicKey.Bytes.Span);
        var message = RelayProof.WelcomeMessage(member, _nonce, _hello!.Nonce.Span, body[..RelayWelcome.SignedSize]);
        if (!RelayProof.Verify(_hello.PublicKey.Span, RelayProof.WelcomeLabel, message, body[^RelayProof.SignatureSize..]))
            throw new RelayLinkException(RelayRefusalCode.NotAuthentic, "the relay's proof is wrong; somebody may be in between");
        Welcome = welcome;
    }
}
