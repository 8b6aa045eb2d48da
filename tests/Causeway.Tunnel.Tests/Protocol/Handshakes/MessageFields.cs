namespace Causeway.Tunnel.Tests.Protocol.Handshakes;

/// <summary>Where the fields of a message lie, for those who change them (docs/protocol/tunnel.md §3.1).</summary>
internal static class MessageFields
{
    /// <summary>HELLO with two suites and nothing optional.</summary>
    public static readonly Dictionary<string, Range> Hello = new()
    {
        ["type"] = 0..1,
        ["version"] = 1..2,
        ["flags"] = 2..3,
        ["number of suites"] = 3..4,
        ["suites"] = 4..8,
        ["capabilities"] = 8..12,
        ["initiator"] = 12..44,
        ["responder"] = 44..76,
        ["time"] = 76..84,
        ["nonce"] = 84..116,
        ["X25519 key"] = 116..148,
        ["ML-DSA signature"] = 148..4775,
        ["Ed25519 signature"] = 4775..4839,
    };

    public static readonly Dictionary<string, Range> Challenge = new()
    {
        ["type"] = 0..1,
        ["version"] = 1..2,
        ["flags"] = 2..3,
        ["reserved"] = 3..4,
        ["HELLO tag"] = 4..12,
        ["suite"] = 12..14,
        ["reserved too"] = 14..16,
        ["capabilities"] = 16..20,
        ["time"] = 20..28,
        ["nonce"] = 28..60,
        ["X25519 key"] = 60..92,
        ["encapsulation key"] = 92..1660,
        ["ML-DSA signature"] = 1660..6287,
        ["Ed25519 signature"] = 6287..6351,
    };

    public static readonly Dictionary<string, Range> Response = new()
    {
        ["type"] = 0..1,
        ["version"] = 1..2,
        ["reserved"] = 2..4,
        ["CHALLENGE tag"] = 4..12,
        ["ciphertext"] = 12..1580,
        ["sealed signature"] = 1580..6271,
        ["sealed confirmation"] = 6271..6303,
        ["sealed parameters"] = 6303..6815,
        ["AEAD tag"] = 6815..6831,
    };

    public static readonly Dictionary<string, Range> Established = new()
    {
        ["type"] = 0..1,
        ["version"] = 1..2,
        ["reserved"] = 2..4,
        ["RESPONSE tag"] = 4..12,
        ["sealed session ID"] = 12..28,
        ["sealed confirmation"] = 28..60,
        ["sealed parameters"] = 60..572,
        ["AEAD tag"] = 572..588,
    };

    public static readonly Dictionary<string, Range> Retry = new()
    {
        ["type"] = 0..1,
        ["version"] = 1..2,
        ["flags"] = 2..3,
        ["reserved"] = 3..4,
        ["HELLO tag"] = 4..12,
        ["time"] = 12..20,
        ["cookie"] = 20..60,
    };

    /// <summary>The fields of a message, by its type.</summary>
    public static Dictionary<string, Range> Of(int type) => type switch
    {
        1 => Hello,
        2 => Retry,
        3 => Challenge,
        4 => Response,
        5 => Established,
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };
}
