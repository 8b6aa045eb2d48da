using Causeway.Cryptography.Hybrid;
using Causeway.Cryptography.Secrets;
using Causeway.Tunnel.Protocol.Identity;

namespace Causeway.Tunnel.Protocol.Relaying;

/// <summary>
/// The relay's end of a link until both have proved who they are (tunnel protocol §2.2). Without I/O. The steps are the caller's to take in order, so that it
/// can put its own checks between them, cheap ones before expensive ones: <see cref="Hello"/>, <see cref="Read"/>, <see cref="IsAuthentic"/>, <see cref="Welcome"/>.
/// </summary>
public sealed class ServerLink
{
    private readonly HybridSigningKey _key;
    private readonly ReadOnlyMemory<byte> _publicKey;
    private readonly TunnelPeerId _relay;
    private readonly byte[] _nonce = new byte[RelayHello.NonceSize];

    /// <summary>The beginning of a link.</summary>
    /// <param name="key">The relay's key.</param>
    /// <param name="random">Where the nonce comes from.</param>
    public ServerLink(HybridSigningKey key, RandomSource? random = null)
    {
        _key = key;
        _publicKey = key.PublicKey.Bytes;
        _relay = TunnelPeerId.FromPublicKey(_publicKey.Span);
        (random ?? RandomSource.System).Fill(_nonce);
    }

    /// <summary>What the relay says first.</summary>
    public byte[] Hello(DateTimeOffset time, byte load) => new RelayHello { Time = time, Load = load, Nonce = _nonce, PublicKey = _publicKey }.Encode();

    /// <summary>Reads AUTH without verifying anything; costs one hash.</summary>
    /// <exception cref="RelayLinkException">It is malformed or of another version.</exception>
    public static (MemberAuth Auth, TunnelPeerId Claimed) Read(ReadOnlyMemory<byte> body)
    {
        var auth = MemberAuth.Decode(body);
        return (auth, auth.MemberId);
    }

    /// <summary>Whether the member has the key, and means this relay and this connection.</summary>
    public bool IsAuthentic(MemberAuth auth) =>
        RelayProof.Verify(auth.PublicKey.Span, RelayProof.MemberLabel, RelayProof.MemberMessage(_relay, _nonce, auth.Nonce.Span), auth.Signature.Span);

    /// <summary>WELCOME with the relay's proof.</summary>
    public byte[] Welcome(MemberAuth auth, TunnelPeerId member, RelayWelcome welcome)
    {
        Span<byte> signed = stackalloc byte[RelayWelcome.SignedSize];
        welcome.WriteSigned(signed);
        return welcome.Encode(_key.Sign(RelayProof.WelcomeLabel, RelayProof.WelcomeMessage(member, auth.Nonce.Span, _nonce, signed)));
    }
}
