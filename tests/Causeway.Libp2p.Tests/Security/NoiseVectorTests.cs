using System.Text.Json;
using Causeway.Cryptography.Agreement;
using Causeway.Libp2p.Security;
using Causeway.Libp2p.Security.Noise;

namespace Causeway.Libp2p.Tests.Security;

public sealed class NoiseVectorTests
{
    private const string File = "noise/cacophony-25519-chachapoly-sha256.json";

    [Fact]
    public void Every_vector_of_every_pattern_is_met_byte_for_byte_on_both_sides()
    {
        using var document = JsonDocument.Parse(System.IO.File.ReadAllBytes(Vectors.Locate(File)));
        var names = new List<string>();
        foreach (var vector in document.RootElement.GetProperty("vectors").EnumerateArray())
        {
            var name = vector.GetProperty("protocol_name").GetString()!.Split('_')[1];
            Run(PatternTexts.Parse(name), vector);
            names.Add(name);
        }

        Assert.Equal(59, names.Count);
        Assert.Contains("XX", names);
    }

    [Fact]
    public void The_pattern_of_libp2p_is_the_one_that_the_vectors_confirm()
    {
        var expected = PatternTexts.Parse("XX");
        Assert.Equal(expected.Messages.Select(m => string.Join(' ', m)), HandshakePattern.XX.Messages.Select(m => string.Join(' ', m)));
        Assert.Equal("Noise_XX_25519_ChaChaPoly_SHA256", HandshakePattern.XX.ProtocolName);
    }

    private static void Run(HandshakePattern pattern, JsonElement vector)
    {
        using var initiator = Side(pattern, vector, ConnectionRole.Initiator);
        using var responder = Side(pattern, vector, ConnectionRole.Responder);
        var messages = vector.GetProperty("messages").EnumerateArray().ToList();
        var buffer = new byte[1024];
        for (var i = 0; i < pattern.Messages.Count; i++)
        {
            var (writer, reader) = i % 2 == 0 ? (initiator, responder) : (responder, initiator);
            var payload = Hex(messages[i], "payload");
            var foretold = writer.MessageLength(payload.Length);
            var written = writer.WriteMessage(payload, buffer);
            Assert.Equal(foretold, written);
            Assert.Equal(Hex(messages[i], "ciphertext"), buffer[..written]);
            var read = new byte[written];
            Assert.Equal(payload, read[..reader.ReadMessage(buffer.AsSpan(0, written), read)]);
        }

        Assert.Equal(Hex(vector, "handshake_hash"), initiator.Hash.ToArray());
        Assert.Equal(Hex(vector, "handshake_hash"), responder.Hash.ToArray());
        var a = initiator.Split();
        var b = responder.Split();
        for (var i = pattern.Messages.Count; i < messages.Count; i++)
        {
            // One-way patterns send in one direction only (section 7.4).
            var fromInitiator = i % 2 == 0 || pattern.Messages.Count == 1;
            var (send, receive) = fromInitiator ? (a.Send, b.Receive) : (b.Send, a.Receive);
            var (payload, ciphertext) = (Hex(messages[i], "payload"), Hex(messages[i], "ciphertext"));
            send.Encrypt(default, payload, buffer.AsSpan(0, payload.Length + 16));
            Assert.Equal(ciphertext, buffer[..(payload.Length + 16)]);
            var read = new byte[payload.Length];
            Assert.True(receive.TryDecrypt(default, ciphertext, read));
            Assert.Equal(payload, read);
        }
    }

    private static HandshakeState Side(HandshakePattern pattern, JsonElement vector, ConnectionRole role)
    {
        var prefix = role == ConnectionRole.Initiator ? "init_" : "resp_";
        return new HandshakeState(pattern, role, new HandshakeKeys
        {
            Prologue = Hex(vector, prefix + "prologue"),
            Static = Key(vector, prefix + "static"),
            Ephemeral = Key(vector, prefix + "ephemeral"),
            RemoteStatic = vector.TryGetProperty(prefix + "remote_static", out _) ? Hex(vector, prefix + "remote_static") : default,
            PresharedKeys = vector.TryGetProperty(prefix + "psks", out var keys)
                ? [.. keys.EnumerateArray().Select(k => (ReadOnlyMemory<byte>)Convert.FromHexString(k.GetString()!))]
                : [],
        });
    }

    private static X25519PrivateKey? Key(JsonElement vector, string name) =>
        vector.TryGetProperty(name, out _) ? X25519PrivateKey.FromBytes(Hex(vector, name)) : null;

    private static byte[] Hex(JsonElement element, string name) => Convert.FromHexString(element.GetProperty(name).GetString()!);
}
