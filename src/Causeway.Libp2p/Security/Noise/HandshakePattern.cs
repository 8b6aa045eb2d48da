namespace Causeway.Libp2p.Security.Noise;

/// <summary>The tokens of handshake messages (The Noise Protocol Framework, revision 34, section 7; <c>psk</c>: section 9).</summary>
internal enum HandshakeToken
{
    E,
    S,
    EE,
    ES,
    SE,
    SS,
    Psk,
}

/// <summary>A handshake pattern: what each side knows beforehand and which tokens each message carries. The initiator sends the first message.</summary>
/// <param name="Name">The pattern's name with its modifiers, as in the protocol name.</param>
/// <param name="InitiatorPremessage">The initiator's keys that the responder knows beforehand.</param>
/// <param name="ResponderPremessage">The responder's keys that the initiator knows beforehand.</param>
/// <param name="Messages">The tokens of each message.</param>
internal sealed record HandshakePattern(
    string Name,
    IReadOnlyList<HandshakeToken> InitiatorPremessage,
    IReadOnlyList<HandshakeToken> ResponderPremessage,
    IReadOnlyList<IReadOnlyList<HandshakeToken>> Messages)
{
    /// <summary>libp2p's: both sides send their static keys, encrypted; three messages.</summary>
    public static HandshakePattern XX { get; } = new(
        "XX",
        [],
        [],
        [
            [HandshakeToken.E],
            [HandshakeToken.E, HandshakeToken.EE, HandshakeToken.S, HandshakeToken.ES],
            [HandshakeToken.S, HandshakeToken.SE],
        ]);

    /// <summary>The full protocol name with the one cipher suite of libp2p (specs, <c>noise/README.md</c>, "Noise Protocol Name").</summary>
    public string ProtocolName => $"Noise_{Name}_25519_ChaChaPoly_SHA256";

    /// <summary>Whether a pre-shared key takes part; then ephemeral keys are mixed into the key as well (section 9.2).</summary>
    public bool UsesPresharedKeys => Messages.Any(m => m.Contains(HandshakeToken.Psk));
}
