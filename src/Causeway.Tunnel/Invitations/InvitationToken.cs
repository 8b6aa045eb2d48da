using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Causeway.Cryptography.Kdf;
using Causeway.Cryptography.Secrets;
using Causeway.Multiformats;
using Causeway.Tunnel.Protocol.Handshakes.Guarding;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Protocol.Wire;
using Causeway.Tunnel.Rosters.Entries;

namespace Causeway.Tunnel.Invitations;

/// <summary>
/// All that a new machine needs to join a network (tunnel protocol §6). Its text holds a secret: who has it first is taken in. There are two texts:
/// <see cref="ToString"/> for pasting, and <see cref="ToCapitals"/> for QR codes, which pack capital letters and digits more tightly.
/// </summary>
public sealed class InvitationToken : IDisposable
{
    /// <summary>The length of the secret in bytes.</summary>
    public const int SecretSize = 32;

    private const string Prefix = "causeway-join-";
    private const byte Version = 1;
    private const int CheckSize = 4;
    private const int MaximumSize = 1 + RosterEntryId.Size + TunnelPeerId.Size + 4 + SecretSize + 64 + 1 + (RosterLimits.Relays * (2 + RosterLimits.RelayUrl)) + CheckSize;

    // Base32 takes 8 characters for 5 bytes; spaces and line breaks may come in when it is copied.
    private const int MaximumText = 2 * MaximumSize;
    private readonly SecretBytes _secret;

    private InvitationToken(SecretBytes secret) => _secret = secret;

    /// <summary>The network.</summary>
    public required RosterEntryId NetworkId { get; init; }

    /// <summary>Who invites; the only one that can take the newcomer in.</summary>
    public required TunnelPeerId Inviter { get; init; }

    /// <summary>Until when, to the second.</summary>
    public required DateTimeOffset Expiry { get; init; }

    /// <summary>What the network is called.</summary>
    public required string NetworkName { get; init; }

    /// <summary>URLs of the relays where the inviter can be met.</summary>
    public required IReadOnlyList<string> Relays { get; init; }

    /// <summary>A token with a fresh secret.</summary>
    public static InvitationToken Create(
        RosterEntryId network, string networkName, TunnelPeerId inviter, DateTimeOffset expiry, IReadOnlyList<string> relays, RandomSource? random = null) =>
        new(SecretBytes.Random(SecretSize, random)) { NetworkId = network, NetworkName = networkName, Inviter = inviter, Expiry = DateTimeOffset.FromUnixTimeSeconds(expiry.ToUnixTimeSeconds()), Relays = relays };

    /// <summary>Reads either text. Whether it has expired is not looked at (<see cref="RequireValid"/>).</summary>
    /// <exception cref="InvitationException">It is another kind of text, incomplete, changed, or of a later version.</exception>
    public static InvitationToken Parse(string text)
    {
        if (text.Length > MaximumText) throw NoToken();
        var trimmed = string.Concat(text.Where(c => !char.IsWhiteSpace(c)));
        if (!trimmed.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)) throw NoToken();
        var body = trimmed.AsSpan(Prefix.Length);
        var bytes = trimmed.StartsWith(Prefix.ToUpperInvariant(), StringComparison.Ordinal) ? FromBase32(body) : FromBase64(body);
        try
        {
            if (bytes is null || bytes.Length <= CheckSize) throw Damaged();
            if (!SHA256.HashData(bytes.AsSpan(0, bytes.Length - CheckSize)).AsSpan(0, CheckSize).SequenceEqual(bytes.AsSpan(bytes.Length - CheckSize))) throw Damaged();
            if (bytes[0] != Version) throw new InvitationException("This invitation was made by a later version of Causeway; update this machine and use it again.");
            return Read(bytes.AsSpan(0, bytes.Length - CheckSize));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>Checks that it is not too late.</summary>
    /// <exception cref="InvitationException">It has expired.</exception>
    public void RequireValid(TimeProvider time)
    {
        if (time.GetUtcNow() >= Expiry) throw new InvitationException($"This invitation to '{NetworkName}' expired at {Expiry:yyyy-MM-dd HH:mm} UTC; ask for a new one, and check this machine's clock.");
    }

    /// <summary>What a newcomer proves in HELLO; the caller disposes it.</summary>
    public InvitationProof CreateProof()
    {
        var (id, key) = Derive();
        using (key) return new InvitationProof(id, key.Span);
    }

    /// <summary>What the inviter keeps: ID (16 bytes) and key (32 bytes), from which the secret does not follow.</summary>
    internal (byte[] Id, SecretBytes Key) Derive()
    {
        var id = new byte[InvitationProof.IdSize];
        var key = new SecretBytes(InvitationProof.KeySize);
        Hkdf.DeriveKey(_secret.Span, default, "causeway invitation id"u8, id);
        Hkdf.DeriveKey(_secret.Span, default, "causeway invitation key"u8, key.Span);
        return (id, key);
    }

    /// <summary>The text for pasting: <c>causeway-join-</c> and base64url. It holds the secret.</summary>
    public override string ToString()
    {
        var bytes = ToBytes();
        var text = Prefix + Base64Url.EncodeToString(bytes);
        CryptographicOperations.ZeroMemory(bytes);
        return text;
    }

    /// <summary>The text for QR codes: <c>CAUSEWAY-JOIN-</c> and base32. It holds the secret.</summary>
    public string ToCapitals()
    {
        var bytes = ToBytes();
        var text = Prefix.ToUpperInvariant() + Multibase.Encode(bytes, MultibaseEncoding.Base32Upper)[1..];
        CryptographicOperations.ZeroMemory(bytes);
        return text;
    }

    /// <inheritdoc/>
    public void Dispose() => _secret.Dispose();

    private static InvitationToken Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new WireReader(bytes[1..]);
        var network = reader.Bytes(RosterEntryId.Size);
        var inviter = reader.PeerId();
        var expiry = reader.UInt32();
        var secret = reader.Bytes(SecretSize);
        var name = Encoding.Latin1.GetString(reader.Bytes8());
        reader.Require(RosterName.IsValid(name));
        var relays = RosterEntryCodec.ReadRelays(ref reader);
        if (!reader.IsComplete) throw Damaged();
        return new InvitationToken(new SecretBytes(secret))
        {
            NetworkId = RosterEntryId.Read(network),
            Inviter = inviter,
            Expiry = DateTimeOffset.FromUnixTimeSeconds(expiry),
            NetworkName = name,
            Relays = relays,
        };
    }

    private byte[] ToBytes()
    {
        var buffer = GC.AllocateArray<byte>(MaximumSize, pinned: true);
        var writer = new WireWriter(buffer);
        writer.Byte(Version);
        NetworkId.CopyTo(writer.Reserve(RosterEntryId.Size));
        writer.PeerId(Inviter);
        writer.UInt32((uint)Math.Clamp(Expiry.ToUnixTimeSeconds(), 0, uint.MaxValue));
        writer.Bytes(_secret.Span);
        writer.Bytes8(Encoding.Latin1.GetBytes(NetworkName));
        RosterEntryCodec.WriteRelays(ref writer, Relays);
        writer.Bytes(SHA256.HashData(writer.Written).AsSpan(0, CheckSize));
        var bytes = writer.Written.ToArray();
        CryptographicOperations.ZeroMemory(buffer);
        return bytes;
    }

    private static byte[]? FromBase32(ReadOnlySpan<char> text) =>
        Multibase.TryDecode(string.Concat("B", text), out var bytes, out _) ? bytes : null;

    // Only the text that would be written: no padding, no bits behind the last byte.
    private static byte[]? FromBase64(ReadOnlySpan<char> text)
    {
        var bytes = new byte[Base64Url.GetMaxDecodedLength(text.Length)];
        if (!Base64Url.IsValid(text) || !Base64Url.TryDecodeFromChars(text, bytes, out var length)) return null;
        return text.SequenceEqual(Base64Url.EncodeToString(bytes.AsSpan(0, length))) ? bytes[..length] : null;
    }

    private static InvitationException NoToken() => new($"This is no invitation; one begins with '{Prefix}', and is printed by 'causeway tunnel invite' on a machine of the network.");

    private static InvitationException Damaged() => new("This invitation is incomplete or was changed; copy it again, from its first to its last character.");
}
