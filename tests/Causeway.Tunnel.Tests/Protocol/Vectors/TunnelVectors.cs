using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Causeway.Cryptography.Agreement;
using Causeway.Cryptography.Hybrid;
using Causeway.Cryptography.PostQuantum;
using Causeway.Cryptography.Secrets;
using Causeway.Tunnel.Invitations;
using Causeway.Tunnel.Protocol.Handshakes;
using Causeway.Tunnel.Protocol.Handshakes.Guarding;
using Causeway.Tunnel.Protocol.Handshakes.Messages;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Protocol.Relaying;
using Causeway.Tunnel.Protocol.Sessions;
using Causeway.Tunnel.Protocol.Sessions.Frames;
using Causeway.Tunnel.Rosters;
using Causeway.Tunnel.Rosters.Entries;
using Causeway.Tunnel.Tests.Protocol.Handshakes;

namespace Causeway.Tunnel.Tests.Protocol.Vectors;

/// <summary>Builds docs/protocol/tunnel-vectors.json: a whole conversation with everything in it that is random written down, so that another implementation can compute the rest.</summary>
internal sealed class TunnelVectors
{
    private readonly ManualTimeProvider _time = new();
    private readonly Recording _initiatorDraws = new("vectors initiator");
    private readonly Recording _responderDraws = new("vectors responder");

    public static string Build() => new TunnelVectors().BuildAll();

    private string BuildAll()
    {
        var initiator = TestMember.KeyOf("vectors initiator");
        var responder = TestMember.KeyOf("vectors responder");
        var relay = TestMember.KeyOf("vectors relay");
        var root = new JsonObject
        {
            ["about"] = "Vectors for docs/protocol/tunnel.md, version 1. All bytes are hexadecimal. 'random' lists what each side drew, in order; everything else follows from it, from the seeds, and from the times.",
            ["identities"] = new JsonObject
            {
                ["initiator"] = Identity("vectors initiator"),
                ["responder"] = Identity("vectors responder"),
                ["relay"] = Identity("vectors relay"),
            },
        };
        var (handshake, initiatorResult, responderResult) = Handshake(initiator, responder);
        root["handshake"] = handshake;
        root["session"] = Frames(initiator, responder, initiatorResult, responderResult);
        root["relayLink"] = RelayLink(relay, initiator);
        root["roster"] = RosterLog(initiator, responder);
        root["invitation"] = Invitation(initiator);
        return root.ToJsonString(new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) + "\n";
    }

    private static JsonObject Identity(string name)
    {
        var key = TestMember.KeyOf(name);
        var seed = new byte[HybridSigningKey.SeedSize];
        key.ExportSeed(seed);
        return new JsonObject
        {
            ["seed: ML-DSA-87 (32), Ed25519 (32)"] = Hex(seed),
            ["public key"] = Hex(key.PublicKey.Bytes.Span),
            ["peer ID"] = Hex(key.PublicKey.Fingerprint.Span),
            ["peer ID as text"] = TunnelPeerId.FromPublicKey(key.PublicKey).ToString(),
        };
    }

    private (JsonObject Json, HandshakeResult Initiator, HandshakeResult Responder) Handshake(HybridSigningKey initiatorKey, HybridSigningKey responderKey)
    {
        HandshakeContext Context(HybridSigningKey key, Recording random, HandshakeParameters parameters) => new(key, _time, random)
        {
            Suites = [TunnelSuite.Aes256Gcm, TunnelSuite.ChaCha20Poly1305],
            Capabilities = TunnelCapabilities.SegmentationOffload,
            Parameters = parameters,
        };
        var initiatorContext = Context(initiatorKey, _initiatorDraws, new() { ObservedAddress = IPEndPoint.Parse("192.0.2.1:40001"), Candidates = [new(CandidateKind.Host, IPEndPoint.Parse("10.0.0.1:50001"))] });
        var responderContext = Context(responderKey, _responderDraws, new() { Mtu = 1400, HeartbeatSeconds = 20, RotationSeconds = 120, ObservedAddress = IPEndPoint.Parse("[2001:db8::2]:40002") });
        using var guard = new HelloGuard(responderContext.Self, new One(initiatorContext.Self, initiatorKey.PublicKey), null, [TunnelSuite.ChaCha20Poly1305], _time, new SeededRandom("guard"));
        _time.Advance(TimeSpan.FromSeconds(1));

        using var initiator = new HandshakeInitiator(initiatorContext, responderContext.Self, responderKey.PublicKey);
        var hello = initiator.Outgoing.ToArray();
        using var responder = new HandshakeResponder(responderContext, hello, guard.Check(initiatorContext.Self, hello, 0, default));
        var challenge = responder.Outgoing.ToArray();
        Assert.Equal(HandshakeOutcome.Send, initiator.Receive(challenge));
        var response = initiator.Outgoing.ToArray();
        Assert.Equal(HandshakeOutcome.Established, responder.Receive(response));
        var established = responder.Outgoing.ToArray();
        Assert.Equal(HandshakeOutcome.Established, initiator.Receive(established));

        // From here on as the page says it, without the code under test.
        var t1 = Absorb(SHA512.HashData("causeway tunnel handshake 1"u8), hello);
        var t2 = Absorb(t1, challenge[..^4691]);
        var t3 = Absorb(t2, challenge[^4691..]);
        var t4 = Absorb(t3, response[..1580]);
        var t5 = Absorb(t4, response[1580..]);
        var s = new byte[64];
        using var ephemeral = HybridEphemeralKey.Generate(_responderDraws.Replay(0));
        ephemeral.Respond(response.AsSpan(12, 1568), hello.AsSpan(120 - 4, 32), [.. t4, .. hello[12..76], .. challenge[12..14]], s);
        byte[] Expand(string label, byte[] t, int length) => TunnelVectors.Expand(s, [.. Encoding.ASCII.GetBytes("causeway tunnel 1 " + label), .. t], length);

        var initiatorResult = initiator.TakeResult();
        var responderResult = responder.TakeResult();
        var json = new JsonObject
        {
            ["random of the initiator: X25519 key, nonce, hedge of HELLO's signature, m of the encapsulation, hedge of RESPONSE's signature"] = _initiatorDraws.Json(),
            ["random of the responder: X25519 key, d and z of ML-KEM, nonce, hedge of CHALLENGE's signature"] = _responderDraws.Json(),
            ["HELLO"] = Hex(hello),
            ["CHALLENGE"] = Hex(challenge),
            ["RESPONSE"] = Hex(response),
            ["ESTABLISHED"] = Hex(established),
            ["t1"] = Hex(t1),
            ["t2"] = Hex(t2),
            ["t3"] = Hex(t3),
            ["t4"] = Hex(t4),
            ["t5"] = Hex(t5),
            ["s"] = Hex(s),
            ["handshake key of I"] = Hex(Expand("handshake initiator", t4, 32)),
            ["handshake key of R"] = Hex(Expand("handshake responder", t5, 32)),
            ["confirmation of I"] = Hex(HMACSHA256.HashData(Expand("confirm initiator", t4, 32), t4)),
            ["confirmation of R"] = Hex(HMACSHA256.HashData(Expand("confirm responder", t5, 32), t5)),
            ["parameters of I"] = Hex(Parameters(initiatorContext.Parameters)),
            ["parameters of R"] = Hex(Parameters(initiatorResult.Peer)),
            ["session ID"] = Hex(Expand("session id", t5, 16)),
            ["epoch secret 0"] = Hex(Expand("epoch", t5, 64)),
            ["chain 0"] = Hex(Expand("chain", t5, 64)),
            ["resume key"] = Hex(Expand("resume", t5, 32)),
        };
        Assert.Equal((string)json["epoch secret 0"]!, Hex(initiatorResult.Secrets.EpochSecret.Span));
        Assert.Equal((string)json["chain 0"]!, Hex(responderResult.Secrets.Chain.Span));
        Assert.Equal((string)json["resume key"]!, Hex(responderResult.Secrets.ResumeKey.Span));
        return (json, initiatorResult, responderResult);
    }

    private JsonObject Frames(HybridSigningKey initiatorKey, HybridSigningKey responderKey, HandshakeResult initiatorResult, HandshakeResult responderResult)
    {
        var (id, epochSecret, chain) = (new byte[16], initiatorResult.Secrets.EpochSecret.Span.ToArray(), initiatorResult.Secrets.Chain.Span.ToArray());
        initiatorResult.Secrets.SessionId.CopyTo(id);
        _initiatorDraws.Clear();
        _responderDraws.Clear();
        using var initiator = new Session(initiatorResult.Secrets, initiatorResult.Parameters, initiatorKey, responderKey.PublicKey, new() { Time = _time, Random = _initiatorDraws });
        using var responder = new Session(responderResult.Secrets, responderResult.Parameters, responderKey, initiatorKey.PublicKey, new() { Time = _time, Random = _responderDraws });
        var drawnBefore = (_initiatorDraws.Count, _responderDraws.Count);
        var frames = new JsonArray();
        Assert.True(ControlOf(initiator, responder, frames, "HEARTBEAT of I, the first frame under the session"));
        Assert.True(ControlOf(responder, initiator, frames, "HEARTBEAT_ACK of R"));
        frames.Add(Seal(initiator, FrameKind.Frame, "FRAME of I", Enumerable.Range(0, 60).Select(i => (byte)i)));
        frames.Add(Seal(responder, FrameKind.Frame, "FRAME of R", Enumerable.Range(100, 60).Select(i => (byte)i)));
        frames.Add(Seal(initiator, FrameKind.OffloadFrame, "OFFLOAD_FRAME of I", Enumerable.Range(0, 200).Select(i => (byte)i)));
        frames.Add(Seal(responder, FrameKind.RosterHeads, "ROSTER_HEADS of R", Enumerable.Repeat((byte)1, 33)));

        // Until the rekey begins; heartbeats on the way are not noted.
        byte[] rekey = [], ack = [];
        for (var second = 0; rekey.Length == 0; second++)
        {
            Assert.True(second < 121);
            _time.Advance(TimeSpan.FromSeconds(1));
            initiator.OnTime();
            responder.OnTime();
            initiator.RunWork();
            Exchange(initiator, responder, ref rekey, ref ack);
        }

        responder.RunWork();
        Exchange(responder, initiator, ref rekey, ref ack);
        initiator.RunWork();
        var epochFrames = new JsonArray();
        Assert.True(ControlOf(initiator, responder, epochFrames, "REKEY_DONE of I, the first frame of epoch 1"));
        epochFrames.Add(Seal(initiator, FrameKind.Frame, "FRAME of I", Enumerable.Range(0, 60).Select(i => (byte)i)));
        epochFrames.Add(Seal(responder, FrameKind.Frame, "FRAME of R", Enumerable.Range(100, 60).Select(i => (byte)i)));

        // The next epoch as the page says it.
        var r1 = SHA512.HashData([.. "causeway tunnel rekey 1"u8, .. id, .. rekey[..^4691]]);
        var r2 = SHA512.HashData([.. r1, .. rekey[^4691..], .. ack[..^4691]]);
        var replay = _initiatorDraws.Replay(drawnBefore.Item1);
        using var x25519 = X25519PrivateKey.Generate(replay);
        using var mlKem = MlKem1024DecapsulationKey.Generate(replay);
        var (agreed, encapsulated, s) = (new byte[32], new byte[32], new byte[64]);
        x25519.Derive(ack.AsSpan(2, 32), agreed);
        mlKem.Decapsulate(ack.AsSpan(34, 1568), encapsulated);
        HybridSecret.Combine(encapsulated, agreed, ack.AsSpan(34, 1568), rekey.AsSpan(66, 1568), rekey.AsSpan(34, 32), ack.AsSpan(2, 32), [.. chain, .. r2], s);
        var nextSecret = Expand(s, "causeway tunnel 1 epoch"u8.ToArray(), 64);
        var json = new JsonObject
        {
            ["epoch 0"] = new JsonObject { ["traffic key and IV of I"] = Hex(Traffic(epochSecret, id, 0, "initiator")), ["traffic key and IV of R"] = Hex(Traffic(epochSecret, id, 0, "responder")), ["frames"] = frames },
            ["rekey"] = new JsonObject
            {
                ["random of I: jitter, X25519 key, d and z of ML-KEM, nonce, hedge of the signature"] = _initiatorDraws.Json(),
                ["random of R: X25519 key, m of the encapsulation, hedge of the signature"] = _responderDraws.Json(),
                ["REKEY"] = Hex(rekey),
                ["REKEY_ACK"] = Hex(ack),
                ["r1"] = Hex(r1),
                ["r2"] = Hex(r2),
                ["s'"] = Hex(s),
                ["epoch secret 1"] = Hex(nextSecret),
                ["chain 1"] = Hex(Expand(s, "causeway tunnel 1 chain"u8.ToArray(), 64)),
            },
            ["epoch 1"] = new JsonObject { ["traffic key and IV of I"] = Hex(Traffic(nextSecret, id, 1, "initiator")), ["traffic key and IV of R"] = Hex(Traffic(nextSecret, id, 1, "responder")), ["frames"] = epochFrames },
        };

        // And every frame that was noted opens under those keys.
        foreach (var frame in frames.Concat(epochFrames)) AssertOpens(frame!.AsObject(), json, id);
        return json;
    }

    private static JsonObject RelayLink(HybridSigningKey relay, HybridSigningKey member)
    {
        var link = new ServerLink(relay, new SeededRandom("relay link"));
        var helloRecord = link.Hello(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), 7);
        var hello = RelayHello.Decode(helloRecord.AsSpan(RecordHeader.Size));
        var (nonce, relayId, memberId) = (new byte[32], TunnelPeerId.FromPublicKey(relay.PublicKey), TunnelPeerId.FromPublicKey(member.PublicKey));
        new SeededRandom("member nonce").Fill(nonce);
        var auth = new MemberAuth
        {
            Nonce = nonce,
            PublicKey = member.PublicKey.Bytes,
            Signature = Sign(member, RelayProof.MemberLabel, RelayProof.MemberMessage(relayId, hello.Nonce.Span, nonce)),
        };
        Assert.True(link.IsAuthentic(auth));
        var welcome = new RelayWelcome { ConnectionNumber = 3, ObservedAddress = IPEndPoint.Parse("192.0.2.1:40001"), BytesPerSecond = 125_000_000, FramesPerSecond = 1_000_000, IdleLimit = 60 };
        var signed = new byte[RelayWelcome.SignedSize];
        welcome.WriteSigned(signed);
        return new JsonObject
        {
            ["RELAY_HELLO, the whole record"] = Hex(helloRecord),
            ["AUTH, the whole record"] = Hex(auth.Encode()),
            ["WELCOME, the whole record"] = Hex(welcome.Encode(Sign(relay, RelayProof.WelcomeLabel, RelayProof.WelcomeMessage(memberId, nonce, hello.Nonce.Span, signed)))),
        };
    }

    private static JsonObject RosterLog(HybridSigningKey creator, HybridSigningKey member)
    {
        var signer = new SeededSigner(creator);
        Assert.True(RosterSubnet.TryParse("10.10.10.0/24", out var subnet));
        var author = TunnelPeerId.FromPublicKey(creator.PublicKey);
        var time = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var create = RosterEntry.Create(
            new RosterEntryHeader(default, author, 0, time, []),
            new RosterChange.CreateNetwork("example", subnet, new RosterKey(creator.PublicKey.Bytes), "first", IPAddress.Parse("10.10.10.1"), ["wss://relay.example/"]),
            signer);
        var add = RosterEntry.Create(
            new RosterEntryHeader(create.Id, author, 1, time + TimeSpan.FromMinutes(1), [create.Id]),
            new RosterChange.AddMember(new RosterKey(member.PublicKey.Bytes), "second", IPAddress.Parse("10.10.10.2"), RosterRole.Member),
            signer);
        return new JsonObject
        {
            ["CREATE"] = Hex(create.Bytes.Span),
            ["ID of CREATE, the network ID"] = create.Id.ToString(),
            ["ADD"] = Hex(add.Bytes.Span),
            ["ID of ADD"] = add.Id.ToString(),
            ["roster digest: SHA-256 of the sorted IDs of the heads"] = Hex(SHA256.HashData(add.Id.ToByteArray())),
        };
    }

    // As §6 says it.
    private static JsonObject Invitation(HybridSigningKey inviter)
    {
        var (network, secret) = (SHA256.HashData("network"u8), new byte[32]);
        new SeededRandom("invitation").Fill(secret);
        byte[] bytes =
        [
            1, .. network, .. inviter.PublicKey.Fingerprint.Span, 0x69, 0x5b, 0x00, 0x00, .. secret, 7, .. "example"u8, 1, 0, 20, .. "wss://relay.example/"u8,
        ];
        byte[] checkedBytes = [.. bytes, .. SHA256.HashData(bytes)[..4]];
        var text = "causeway-join-" + System.Buffers.Text.Base64Url.EncodeToString(checkedBytes);
        using var token = InvitationToken.Parse(text);
        using var proof = token.CreateProof();
        Assert.Equal(HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 16, info: "causeway invitation id"u8.ToArray()), proof.Id.ToArray());
        Assert.Equal(TunnelPeerId.FromPublicKey(inviter.PublicKey), token.Inviter);
        return new JsonObject
        {
            ["network ID"] = Hex(network),
            ["secret"] = Hex(secret),
            ["token"] = text,
            ["invitation ID"] = Hex(HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 16, info: "causeway invitation id"u8.ToArray())),
            ["invitation key"] = Hex(HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 32, info: "causeway invitation key"u8.ToArray())),
        };
    }

    private static bool ControlOf(Session from, Session to, JsonArray frames, string name)
    {
        var buffer = new byte[Session.MaxControlSize];
        if (!from.TrySealControl(buffer, out var length)) return false;
        var payload = buffer[..length];
        byte[] copy = [.. payload];
        Assert.Equal(OpenStatus.Opened, to.Open(copy, out var opened));
        frames.Add(Frame(name, opened.Kind, opened.Body.ToArray(), payload));
        return true;
    }

    private static void Exchange(Session from, Session to, ref byte[] rekey, ref byte[] ack)
    {
        var buffer = new byte[Session.MaxControlSize];
        while (from.TrySealControl(buffer, out var length))
        {
            Assert.Equal(OpenStatus.Opened, to.Open(buffer.AsSpan(0, length), out var opened));
            if (opened.Kind == FrameKind.Rekey) rekey = opened.Body.ToArray();
            if (opened.Kind == FrameKind.RekeyAck) ack = opened.Body.ToArray();
            if (opened.Kind != FrameKind.Heartbeat) continue;
            var answer = new byte[Session.MaxControlSize];
            if (to.TrySealControl(answer, out var answerLength)) _ = from.Open(answer.AsSpan(0, answerLength), out _);
        }
    }

    private static JsonObject Seal(Session session, FrameKind kind, string name, IEnumerable<byte> bytes)
    {
        var body = bytes.ToArray();
        var payload = new byte[body.Length + FrameLayout.Overhead];
        body.CopyTo(payload.AsSpan(FrameLayout.BodyOffset));
        Assert.Equal(SealStatus.Sealed, session.Seal(kind, payload));
        return Frame(name, kind, body, payload);
    }

    private static JsonObject Frame(string name, FrameKind kind, byte[] body, byte[] payload) => new() { ["name"] = name, ["kind"] = Hex([(byte)kind]), ["body"] = Hex(body), ["payload"] = Hex(payload) };

    private static void AssertOpens(JsonObject frame, JsonObject session, byte[] id)
    {
        var payload = Convert.FromHexString((string)frame["payload"]!);
        Assert.Equal(id[..4], payload[4..8]);
        var side = ((string)frame["name"]!).Contains(" of I") ? "I" : "R";
        var keys = Convert.FromHexString((string)session[$"epoch {payload[3]}"]![$"traffic key and IV of {side}"]!);
        var nonce = keys[32..44];
        for (var i = 0; i < 8; i++) nonce[4 + i] ^= payload[8 + i];
        var plaintext = new byte[payload.Length - 32];
        using var cipher = new ChaCha20Poly1305(keys.AsSpan(0, 32));
        cipher.Decrypt(nonce, payload.AsSpan(16..^16), payload.AsSpan(^16..), plaintext, payload.AsSpan(0, 16));
        Assert.Equal((string)frame["kind"]! + (string)frame["body"]!, Hex(plaintext));
    }

    private static byte[] Traffic(byte[] secret, byte[] id, ushort epoch, string side) =>
        Expand(secret, [.. Encoding.ASCII.GetBytes("causeway tunnel 1 traffic " + side), .. id, (byte)(epoch >> 8), (byte)epoch], 44);

    private static byte[] Expand(byte[] secret, byte[] info, int length) => HKDF.Expand(HashAlgorithmName.SHA512, secret, length, info);

    private static byte[] Absorb(byte[] t, byte[] part)
    {
        var length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, part.Length);
        return SHA512.HashData([.. t, .. length, .. part]);
    }

    private static byte[] Parameters(HandshakeParameters parameters)
    {
        var bytes = new byte[HandshakeParameters.Size];
        parameters.Write(bytes);
        return bytes;
    }

    private static byte[] Sign(HybridSigningKey key, ReadOnlySpan<byte> label, ReadOnlySpan<byte> message)
    {
        var signature = new byte[HybridSigningKey.SignatureSize];
        key.Sign(label, message, signature, new SeededRandom("hedge"));
        return signature;
    }

    private static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);

    private sealed class One(TunnelPeerId id, HybridPublicKey key) : IMembers
    {
        public bool TryFind(TunnelPeerId peer, out HybridPublicKey? publicKey)
        {
            publicKey = key;
            return peer == id;
        }
    }

    private sealed class SeededSigner(HybridSigningKey key) : IRosterSigner
    {
        public RosterKey Key { get; } = new(key.PublicKey.Bytes);

        public void Sign(ReadOnlySpan<byte> unsigned, Span<byte> signature) => key.Sign("causeway tunnel roster"u8, unsigned, signature, new SeededRandom("hedge"));
    }

    /// <summary>Seeded bytes, with a note of each draw.</summary>
    private sealed class Recording(string seed) : RandomSource
    {
        private readonly SeededRandom _source = new(seed);
        private readonly List<byte[]> _draws = [];

        public int Count => _draws.Count;

        public override void Fill(Span<byte> destination)
        {
            _source.Fill(destination);
            _draws.Add(destination.ToArray());
        }

        public void Clear() => _draws.Clear();

        public JsonArray Json() => [.. _draws.Select(d => (JsonNode)Hex(d))];

        public Replayed Replay(int skip) => new Replayed(new Queue<byte[]>(_draws.Skip(skip)));
    }

    private sealed class Replayed(Queue<byte[]> draws) : RandomSource
    {
        public override void Fill(Span<byte> destination)
        {
            var draw = draws.Dequeue();
            Assert.Equal(draw.Length, destination.Length);
            draw.CopyTo(destination);
        }
    }
}
