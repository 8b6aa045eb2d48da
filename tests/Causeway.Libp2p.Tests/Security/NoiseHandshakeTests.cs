using Causeway.Cryptography.Keys;
using Causeway.Libp2p.Security;
using Causeway.Libp2p.Security.Noise;
using Causeway.Libp2p.Security.Noise.Wire;
using Causeway.Libp2p.Tests.Support;
using Causeway.Multiformats;
using Google.Protobuf;

namespace Causeway.Libp2p.Tests.Security;

public sealed class NoiseHandshakeTests
{
    [Fact]
    public async Task Both_sides_prove_who_they_are_and_then_talk()
    {
        var (alice, bob) = await NoiseChannels.HandshakeAsync(expected: NoiseChannels.Bob);
        Assert.Equal(NoiseChannels.Bob, alice.RemotePeer);
        Assert.Equal(NoiseChannels.BobKey.PublicKey, alice.RemoteKey);
        Assert.Equal(NoiseChannels.AliceKey.PublicKey, bob.RemoteKey);

        await alice.Pipe.Output.WriteAsync("to bob"u8.ToArray(), TestContext.Current.CancellationToken);
        await bob.Pipe.Output.WriteAsync("to alice"u8.ToArray(), TestContext.Current.CancellationToken);
        Assert.Equal("to bob"u8.ToArray(), await NoiseChannels.ReadExactlyAsync(bob.Pipe.Input, 6));
        Assert.Equal("to alice"u8.ToArray(), await NoiseChannels.ReadExactlyAsync(alice.Pipe.Input, 8));
    }

    [Theory]
    [InlineData(KeyType.Ed25519)]
    [InlineData(KeyType.Secp256k1)]
    [InlineData(KeyType.Ecdsa)]
    [InlineData(KeyType.Rsa)]
    public async Task Identities_of_every_key_type_are_proven(KeyType type)
    {
        using var key = PrivateKey.Generate(type);
        using var noise = new NoiseSecurity(key);
        var (a, b) = DuplexPipe.CreatePair();
        var token = TestContext.Current.CancellationToken;
        var remote = noise.SecureAsync(b, ConnectionRole.Responder, null, [], token);
        var channel = await NoiseChannels.AliceNoise.SecureAsync(a, ConnectionRole.Initiator, null, [], token);
        _ = await remote;
        Assert.Equal(key.PublicKey, channel.RemoteKey);
        Assert.Equal(PeerId.FromPublicKey(key.PublicKey), channel.RemotePeer);
    }

    [Fact]
    public async Task A_peer_other_than_the_expected_is_refused_before_we_tell_who_we_are()
    {
        var stranger = PeerId.FromPublicKey(NoiseChannels.AliceKey.PublicKey);
        var (a, b) = DuplexPipe.CreatePair();
        var token = TestContext.Current.CancellationToken;
        var bob = NoiseChannels.BobNoise.SecureAsync(b, ConnectionRole.Responder, null, [], token).AsTask();
        var error = await Assert.ThrowsAsync<Libp2pException>(async () =>
            await NoiseChannels.AliceNoise.SecureAsync(a, ConnectionRole.Initiator, stranger, [], token));
        Assert.Equal(Libp2pError.WrongPeer, error.Error);
        Assert.Contains(NoiseChannels.Bob.ToString(), error.Message, StringComparison.Ordinal);
        Assert.False(bob.IsCompleted);
        await a.Output.CompleteAsync();
        error = await Assert.ThrowsAsync<Libp2pException>(() => bob);
        Assert.Equal(Libp2pError.ConnectionClosed, error.Error);
    }

    [Fact]
    public void A_signature_by_another_identity_or_of_another_static_key_proves_nothing()
    {
        var (staticKey, otherStaticKey) = (new byte[32], new byte[32]);
        otherStaticKey[0] = 1;
        var honest = Payload(NoiseChannels.AliceKey, NoiseChannels.AliceKey, staticKey);
        Assert.Equal(NoiseChannels.AliceKey.PublicKey, NoisePayload.Verify(honest, staticKey).Key);

        var error = Assert.Throws<Libp2pException>(() => NoisePayload.Verify(honest, otherStaticKey));
        Assert.Equal(Libp2pError.WrongPeer, error.Error);
        error = Assert.Throws<Libp2pException>(() => NoisePayload.Verify(Payload(NoiseChannels.AliceKey, NoiseChannels.BobKey, staticKey), staticKey));
        Assert.Equal(Libp2pError.WrongPeer, error.Error);

        static byte[] Payload(PrivateKey claimed, PrivateKey signer, byte[] staticKey) => new HandshakePayload
        {
            IdentityKey = ByteString.CopyFrom(claimed.PublicKey.ToProtobuf()),
            IdentitySig = ByteString.CopyFrom(signer.Sign(NoisePayload.SignedData(staticKey))),
        }.ToByteArray();
    }

    [Theory]
    [InlineData(new[] { "/yamux/1.0.0" }, new[] { "/yamux/1.0.0" }, "/yamux/1.0.0")]
    [InlineData(new[] { "/a", "/b" }, new[] { "/c", "/b", "/a" }, "/a")]
    [InlineData(new string[0], new[] { "/yamux/1.0.0" }, null)]
    [InlineData(new[] { "/yamux/1.0.0" }, new string[0], null)]
    [InlineData(new string[0], new string[0], null)]
    public async Task The_muxer_is_the_first_of_the_initiators_that_both_support(string[] initiator, string[] responder, string? agreed)
    {
        var (alice, bob) = await NoiseChannels.HandshakeAsync(aliceMuxers: initiator, bobMuxers: responder);
        Assert.Equal(agreed, alice.EarlyMuxer);
        Assert.Equal(agreed, bob.EarlyMuxer);
    }

    [Fact]
    public async Task Offering_muxers_without_one_in_common_fails_the_handshake()
    {
        var error = await Assert.ThrowsAsync<Libp2pException>(() => NoiseChannels.HandshakeAsync(aliceMuxers: ["/a"], bobMuxers: ["/b"]));
        Assert.Equal(Libp2pError.ProtocolNotSupported, error.Error);
        Assert.Contains("/a", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_flipped_bit_anywhere_in_a_message_fails_the_handshake(int message)
    {
        var length = RunTampered(message, _ => { }).Length;
        for (var i = 0; i < length; i++)
        {
            var position = i;
            Assert.Throws<Libp2pException>(() => RunTampered(message, bytes => bytes[position] ^= (byte)(1 << (position % 8))));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_message_cut_short_by_its_sender_fails_the_handshake(int message)
    {
        var length = RunTampered(message, _ => { }).Length;
        for (var keep = 0; keep < length; keep += 7)
        {
            var kept = keep;
            Assert.Throws<Libp2pException>(() => RunTampered(message, _ => { }, kept));
        }
    }

    [Fact]
    public async Task Oversized_handshake_messages_are_refused_by_their_length_alone()
    {
        foreach (var (role, length) in new[] { (ConnectionRole.Responder, 1025), (ConnectionRole.Initiator, 16385), (ConnectionRole.Initiator, 65535) })
        {
            var (a, b) = DuplexPipe.CreatePair();
            await a.Output.WriteAsync(new[] { (byte)(length >> 8), (byte)length }, TestContext.Current.CancellationToken);
            var error = await Assert.ThrowsAsync<Libp2pException>(async () =>
                await NoiseChannels.BobNoise.SecureAsync(b, role, null, [], TestContext.Current.CancellationToken));
            Assert.Equal(Libp2pError.ProtocolViolation, error.Error);
        }
    }

    [Fact]
    public async Task A_key_of_small_order_is_refused()
    {
        var (a, b) = DuplexPipe.CreatePair();
        await a.Output.WriteAsync(new byte[] { 0, 32 }.Concat(new byte[32]).ToArray(), TestContext.Current.CancellationToken);
        var error = await Assert.ThrowsAsync<Libp2pException>(async () =>
            await NoiseChannels.BobNoise.SecureAsync(b, ConnectionRole.Responder, null, [], TestContext.Current.CancellationToken));
        Assert.Equal(Libp2pError.ProtocolViolation, error.Error);
    }

    [Fact]
    public void Payloads_made_of_noise_are_refused_without_a_surprise()
    {
        var random = new Random(7);
        var identity = new NoiseIdentity(NoiseChannels.AliceKey, Cryptography.Secrets.RandomSource.System);
        var valid = identity.Payload(["/yamux/1.0.0"]);
        Assert.Equal(["/yamux/1.0.0"], NoisePayload.Verify(valid, identity.Static.PublicKey.Span).Muxers);
        for (var i = 0; i < Soak.Count(20_000, 1_000_000); i++)
        {
            var bytes = valid.ToArray();
            if (i % 2 == 0) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            else random.NextBytes(bytes.AsSpan(random.Next(bytes.Length)));
            try
            {
                _ = NoisePayload.Verify(bytes.AsSpan(0, random.Next(bytes.Length + 1)), identity.Static.PublicKey.Span);
            }
            catch (Libp2pException e)
            {
                Assert.True(e.Error is Libp2pError.ProtocolViolation or Libp2pError.WrongPeer);
            }
        }
    }

    // Runs a handshake in which one message's content is changed on the way; returns that message. Handshake states only: no pipes.
    private static byte[] RunTampered(int target, Action<byte[]> tamper, int keep = int.MaxValue)
    {
        byte[] seen = [];
        using var aliceIdentity = new NoiseIdentity(NoiseChannels.AliceKey, Cryptography.Secrets.RandomSource.System);
        using var bobIdentity = new NoiseIdentity(NoiseChannels.BobKey, Cryptography.Secrets.RandomSource.System);
        using var alice = new HandshakeState(HandshakePattern.XX, ConnectionRole.Initiator, new HandshakeKeys { Static = aliceIdentity.Static });
        using var bob = new HandshakeState(HandshakePattern.XX, ConnectionRole.Responder, new HandshakeKeys { Static = bobIdentity.Static });
        for (var i = 0; i < 3; i++)
        {
            var (writer, reader, identity) = i == 1 ? (bob, alice, bobIdentity) : (alice, bob, aliceIdentity);
            var payload = i == 0 ? [] : identity.Payload(["/yamux/1.0.0"]);
            var message = new byte[writer.MessageLength(payload.Length)];
            _ = writer.WriteMessage(payload, message);
            if (i == target)
            {
                tamper(message);
                if (keep < message.Length) message = message[..keep];
                seen = message;
            }

            var content = new byte[message.Length];
            var length = reader.ReadMessage(message, content);
            if (i > 0) _ = NoisePayload.Verify(content.AsSpan(0, length), reader.RemoteStatic);
        }

        return seen;
    }
}
