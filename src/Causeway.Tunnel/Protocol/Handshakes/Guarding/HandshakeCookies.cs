using System.Buffers.Binary;
using System.Security.Cryptography;
using Causeway.Cryptography.Secrets;
using Causeway.Tunnel.Protocol.Handshakes.Messages;
using Causeway.Tunnel.Protocol.Identity;

namespace Causeway.Tunnel.Protocol.Handshakes.Guarding;

/// <summary>
/// Cookies of RETRY (docs/protocol/tunnel.md §3.4): <c>time u64 ‖ HMAC-SHA-256(k, time ‖ I ‖ R ‖ nonce ‖ X25519 key of I)</c>. Whoever brings one back
/// received it a moment ago; until then nothing is kept about anybody. Valid for 10 s and once.
/// </summary>
internal sealed class HandshakeCookies : IDisposable
{
    /// <summary>The length in bytes.</summary>
    public const int Size = 8 + 32;

    // One hundred handshakes a second, all with cookies: beyond that the next ones wait until the oldest expire.
    private const int MaxUsed = 1000;

    private static readonly TimeSpan Validity = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan KeyLifetime = TimeSpan.FromMinutes(2);

    private readonly RandomSource _random;
    private readonly HashSet<UInt128> _used = [];
    private readonly Queue<(TimeSpan Expires, UInt128 Cookie)> _usedByTime = new();
    private SecretBytes _key;
    private SecretBytes? _previousKey;
    private TimeSpan _keyExpires;

    public HandshakeCookies(RandomSource random)
    {
        _random = random;
        _key = SecretBytes.Random(32, random);
        _keyExpires = KeyLifetime;
    }

    /// <summary>Writes a cookie for a HELLO.</summary>
    public void Write(Span<byte> cookie, in HelloMessage hello, TimeSpan now)
    {
        Rotate(now);
        BinaryPrimitives.WriteUInt64BigEndian(cookie, (ulong)now.Ticks);
        Mac(_key, cookie[..8], hello, cookie[8..]);
    }

    /// <summary>Whether a HELLO carries a cookie of ours that is neither too old nor used.</summary>
    public bool IsValid(in HelloMessage hello, TimeSpan now)
    {
        if (hello.Cookie.Length != Size) return false;
        Rotate(now);
        var time = BinaryPrimitives.ReadUInt64BigEndian(hello.Cookie);
        if (time > (ulong)now.Ticks || now - TimeSpan.FromTicks((long)time) > Validity) return false;
        Span<byte> expected = stackalloc byte[32];
        Mac(_key, hello.Cookie[..8], hello, expected);
        var valid = CryptographicOperations.FixedTimeEquals(expected, hello.Cookie[8..]);
        if (!valid && _previousKey is not null)
        {
            Mac(_previousKey, hello.Cookie[..8], hello, expected);
            valid = CryptographicOperations.FixedTimeEquals(expected, hello.Cookie[8..]);
        }

        if (!valid) return false;
        while (_usedByTime.TryPeek(out var oldest) && oldest.Expires < now) _used.Remove(_usedByTime.Dequeue().Cookie);
        return _used.Count < MaxUsed && !_used.Contains(Name(hello));
    }

    /// <summary>Remembers that a valid cookie did its service. Only after the signature: who edits the rest of a HELLO must not use its cookie up.</summary>
    public void Use(in HelloMessage hello, TimeSpan now)
    {
        if (_used.Add(Name(hello))) _usedByTime.Enqueue((now + Validity, Name(hello)));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _key.Dispose();
        _previousKey?.Dispose();
    }

    private static UInt128 Name(in HelloMessage hello) => BinaryPrimitives.ReadUInt128BigEndian(hello.Cookie[8..]);

    private static void Mac(SecretBytes key, ReadOnlySpan<byte> time, in HelloMessage hello, Span<byte> mac)
    {
        Span<byte> input = stackalloc byte[8 + (2 * TunnelPeerId.Size) + HelloMessage.NonceSize + HandshakeSizes.X25519Key];
        time.CopyTo(input);
        hello.Initiator.CopyTo(input[8..]);
        hello.Responder.CopyTo(input[40..]);
        hello.Nonce.CopyTo(input[72..]);
        hello.X25519Key.CopyTo(input[104..]);
        HMACSHA256.HashData(key.Span, input, mac);
    }

    private void Rotate(TimeSpan now)
    {
        if (now < _keyExpires) return;
        _previousKey?.Dispose();
        _previousKey = _key;
        _key = SecretBytes.Random(32, _random);
        _keyExpires = now + KeyLifetime;
    }
}
