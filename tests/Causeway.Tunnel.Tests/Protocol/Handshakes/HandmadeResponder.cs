using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Causeway.Cryptography.Hybrid;

namespace Causeway.Tunnel.Tests.Protocol.Handshakes;

/// <summary>
/// The responder's side written down once more, straight from docs/protocol/tunnel.md §3, without the code under test: it shows that the page says enough, and it can do what
/// an honest responder never does.
/// </summary>
internal sealed class HandmadeResponder : IDisposable
{
    private readonly HybridEphemeralKey _ephemeral = HybridEphemeralKey.Generate();
    private readonly byte[] _hello;
    private readonly byte[] _t3;

    public HandmadeResponder(HybridSigningKey key, byte[] hello)
    {
        _hello = hello;
        var t1 = Absorb(SHA512.HashData("causeway tunnel handshake 1"u8), hello);
        byte[] unsigned =
        [
            3, 1, 0, 0, .. t1[..8], hello[4], hello[5], 0, 0, 0, 0, 0, 0, .. new byte[8], .. new byte[32], .. _ephemeral.X25519PublicKey.Span,
            .. _ephemeral.EncapsulationKey.Bytes.Span,
        ];
        var t2 = Absorb(t1, unsigned);
        var signature = key.Sign("causeway tunnel challenge"u8, t2);
        _t3 = Absorb(t2, signature);
        Challenge = [.. unsigned, .. signature];
    }

    public byte[] Challenge { get; }

    public byte[] SessionId { get; private set; } = [];

    public byte[] EpochSecret { get; private set; } = [];

    public void Dispose() => _ephemeral.Dispose();

    /// <summary>ESTABLISHED with what the initiator proposes, and whatever a test does to it before it is sealed.</summary>
    public byte[] Establish(ReadOnlySpan<byte> response, Action<byte[]>? edit = null)
    {
        var t4 = Absorb(_t3, response[..1580].ToArray());
        var t5 = Absorb(t4, response[1580..].ToArray());
        var suite = BinaryPrimitives.ReadUInt16BigEndian(_hello.AsSpan(4));
        var s = new byte[64];
        _ephemeral.Respond(response[12..1580], _hello.AsSpan(116, 32), [.. t4, .. _hello[12..44], .. _hello[44..76], .. _hello[4..6]], s);

        byte[] Expand(string label, byte[] t, int length) => HKDF.Expand(HashAlgorithmName.SHA512, s, length, [.. Encoding.ASCII.GetBytes("causeway tunnel 1 " + label), .. t]);
        var proposal = new byte[5235];
        Open(suite, Expand("handshake initiator", t4, 32), response[1580..], proposal, t4);
        Assert.Equal(HMACSHA256.HashData(Expand("confirm initiator", t4, 32), t4), proposal[4691..4723]);

        SessionId = Expand("session id", t5, 16);
        EpochSecret = Expand("epoch", t5, 64);
        byte[] proof = [.. SessionId, .. HMACSHA256.HashData(Expand("confirm responder", t5, 32), t5), .. proposal[4723..]];
        edit?.Invoke(proof);
        var sealedData = new byte[proof.Length + 16];
        Seal(suite, Expand("handshake responder", t5, 32), proof, sealedData, t5);
        return [5, 1, 0, 0, .. t5[..8], .. sealedData];
    }

    private static byte[] Absorb(byte[] t, byte[] part)
    {
        var length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, part.Length);
        return SHA512.HashData([.. t, .. length, .. part]);
    }

    private static void Open(int suite, byte[] key, ReadOnlySpan<byte> sealedData, byte[] plaintext, byte[] associatedData)
    {
        if (suite == 2)
        {
            using var aes = new AesGcm(key, 16);
            aes.Decrypt(new byte[12], sealedData[..^16], sealedData[^16..], plaintext, associatedData);
        }
        else
        {
            using var chacha = new ChaCha20Poly1305(key);
            chacha.Decrypt(new byte[12], sealedData[..^16], sealedData[^16..], plaintext, associatedData);
        }
    }

    private static void Seal(int suite, byte[] key, byte[] plaintext, byte[] sealedData, byte[] associatedData)
    {
        if (suite == 2)
        {
            using var aes = new AesGcm(key, 16);
            aes.Encrypt(new byte[12], plaintext, sealedData.AsSpan(..^16), sealedData.AsSpan(^16..), associatedData);
        }
        else
        {
            using var chacha = new ChaCha20Poly1305(key);
            chacha.Encrypt(new byte[12], plaintext, sealedData.AsSpan(..^16), sealedData.AsSpan(^16..), associatedData);
        }
    }
}
