namespace Causeway.Network.Stun;

/// <summary>Attribute types (RFC 8489 §18.3, RFC 5780 §7). Those below 0x8000 must be understood.</summary>
internal static class StunAttribute
{
    public const ushort MappedAddress = 0x0001;

    public const ushort ChangeRequest = 0x0003;

    public const ushort Username = 0x0006;

    public const ushort MessageIntegrity = 0x0008;

    public const ushort ErrorCode = 0x0009;

    public const ushort UnknownAttributes = 0x000A;

    public const ushort Realm = 0x0014;

    public const ushort Nonce = 0x0015;

    public const ushort MessageIntegritySha256 = 0x001C;

    public const ushort PasswordAlgorithm = 0x001D;

    public const ushort UserHash = 0x001E;

    public const ushort XorMappedAddress = 0x0020;

    public const ushort Fingerprint = 0x8028;

    public const ushort ResponseOrigin = 0x802B;

    public const ushort OtherAddress = 0x802C;

    /// <summary>The first type that may be passed over when it is not known.</summary>
    public const ushort Optional = 0x8000;

    /// <summary>Credentials: nobody asks for them here, so they are understood and change nothing.</summary>
    public static bool IsCredential(ushort type) => type is Username or MessageIntegrity or Realm or Nonce or MessageIntegritySha256 or PasswordAlgorithm or UserHash;
}
