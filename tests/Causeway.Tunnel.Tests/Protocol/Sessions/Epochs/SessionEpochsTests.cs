using System.Security.Cryptography;
using Causeway.Tunnel.Protocol.Sessions;
using Causeway.Tunnel.Protocol.Sessions.Epochs;
using Causeway.Tunnel.Protocol.Sessions.Frames;

namespace Causeway.Tunnel.Tests.Protocol.Sessions.Epochs;

public sealed class SessionEpochsTests
{
    private static readonly EpochLimits Small = new() { Frames = 64, Bytes = 100_000 };

    public static TheoryData<TunnelSuite> Suites => [TunnelSuite.ChaCha20Poly1305, TunnelSuite.Aes256Gcm];

    [Theory]
    [MemberData(nameof(Suites))]
    public void A_frame_is_sealed_as_the_protocol_says(TunnelSuite suite)
    {
        using var initiator = Create(SessionRole.Initiator, suite);
        var frame = Seal(initiator, [1, 2, 3]);
        frame = Seal(initiator, [1, 2, 3]);

        var material = HKDF.Expand(
            HashAlgorithmName.SHA512, Secret(1), 44, [.. "causeway tunnel 1 traffic initiator"u8, .. Secret(3)[..16], 0, 0]);
        var nonce = material[32..];
        nonce[11] ^= 1;
        byte[] expected = new byte[4], tag = new byte[16];
        byte[] plaintext = [0x01, 1, 2, 3], header = [0x10, 0, 0, 0, .. Secret(3)[..4], 0, 0, 0, 0, 0, 0, 0, 1];
        if (suite == TunnelSuite.Aes256Gcm)
        {
            using var cipher = new AesGcm(material.AsSpan(0, 32), 16);
            cipher.Encrypt(nonce, plaintext, expected, tag, header);
        }
        else
        {
            using var cipher = new ChaCha20Poly1305(material.AsSpan(0, 32));
            cipher.Encrypt(nonce, plaintext, expected, tag, header);
        }

        Assert.Equal([.. header, .. expected, .. tag], frame);
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void What_one_end_seals_the_other_opens_once(TunnelSuite suite)
    {
        using SessionEpochs initiator = Create(SessionRole.Initiator, suite), responder = Create(SessionRole.Responder, suite);
        foreach (var (from, to) in new[] { (initiator, responder), (responder, initiator) })
        {
            for (var length = 0; length < 100; length++)
            {
                var body = RandomNumberGenerator.GetBytes(length);
                byte[] frame = Seal(from, body), again = [.. frame];
                Assert.Equal(OpenStatus.Opened, Open(to, frame));
                Assert.Equal((byte)FrameKind.Frame, frame[16]);
                Assert.Equal(body, frame[17..^16]);
                Assert.Equal(OpenStatus.Replayed, Open(to, again));
            }
        }
    }

    [Fact]
    public void Nothing_altered_opens_or_moves_the_window()
    {
        using SessionEpochs initiator = Create(SessionRole.Initiator), responder = Create(SessionRole.Responder);
        var frame = Seal(initiator, [1, 2, 3]);
        for (var bit = 0; bit < frame.Length * 8; bit++)
        {
            byte[] altered = [.. frame];
            altered[bit / 8] ^= (byte)(1 << (bit % 8));
            var expected = (bit / 8) switch
            {
                0 or 1 => OpenStatus.Malformed,
                2 or 3 => OpenStatus.UnknownEpoch,
                < 8 => OpenStatus.OtherSession,
                < 11 => OpenStatus.Replayed, // beyond what a counter can reach
                11 when bit % 8 >= 1 => OpenStatus.Replayed,
                _ => OpenStatus.NotAuthentic,
            };
            Assert.Equal(expected, Open(responder, altered));
        }

        for (var length = 0; length < frame.Length; length++) Assert.NotEqual(OpenStatus.Opened, Open(responder, frame[..length]));
        Assert.Equal(OpenStatus.NotAuthentic, Open(responder, [.. frame, 0]));
        Assert.Equal(OpenStatus.Opened, Open(responder, frame));
    }

    [Fact]
    public void A_frame_does_not_open_where_it_came_from_nor_in_another_session()
    {
        using SessionEpochs initiator = Create(SessionRole.Initiator), responder = Create(SessionRole.Responder);
        using var sameTag = new SessionEpochs(Secrets(SessionRole.Responder, epoch: 9), EpochLimits.Default);
        using var otherTag = new SessionEpochs(Secrets(SessionRole.Responder, id: 9), EpochLimits.Default);
        var frame = Seal(initiator, [1]);
        Assert.Equal(OpenStatus.NotAuthentic, Open(initiator, [.. frame]));
        Assert.Equal(OpenStatus.NotAuthentic, Open(sameTag, [.. frame]));
        Assert.Equal(OpenStatus.OtherSession, Open(otherTag, [.. frame]));
        Assert.Equal(OpenStatus.Opened, Open(responder, frame));
    }

    [Fact]
    public void A_sender_stops_at_twice_the_limit_and_says_once_that_it_is_near()
    {
        using SessionEpochs initiator = Create(SessionRole.Initiator, limits: Small), responder = Create(SessionRole.Responder, limits: Small);
        for (var i = 0; i < 128; i++)
        {
            var frame = new byte[40];
            Assert.Equal(SealStatus.Sealed, initiator.Seal(FrameKind.Frame, frame, out var near));
            Assert.Equal(i == 55, near);
            Assert.Equal(OpenStatus.Opened, responder.Open(frame, 0, out _, out near));
            Assert.Equal(i == 55, near);
        }

        Assert.Equal(SealStatus.Exhausted, initiator.Seal(FrameKind.Frame, new byte[40], out _));
    }

    [Fact]
    public void Bytes_count_as_well()
    {
        using SessionEpochs initiator = Create(SessionRole.Initiator, limits: Small), responder = Create(SessionRole.Responder, limits: Small);
        for (var i = 0; i < 20; i++)
        {
            var frame = new byte[10_032];
            Assert.Equal(SealStatus.Sealed, initiator.Seal(FrameKind.Frame, frame, out var near));
            Assert.Equal(i == 8, near);
            Assert.Equal(OpenStatus.Opened, responder.Open(frame, 0, out _, out near));
            Assert.Equal(i == 8, near);
        }

        Assert.Equal(SealStatus.Exhausted, initiator.Seal(FrameKind.Frame, new byte[33], out _));
    }

    [Fact]
    public void At_most_two_epochs_live_and_each_side_changes_for_itself()
    {
        using SessionEpochs initiator = Create(SessionRole.Initiator), responder = Create(SessionRole.Responder);
        var old = Seal(initiator, [0]);
        responder.Install(1, Secret(7));
        initiator.Install(1, Secret(7));
        var before = Seal(initiator, [0]);
        initiator.Switch();
        byte[] after = Seal(initiator, [0]), answer = Seal(responder, [0]);
        Assert.Equal([0, 1], after[2..4]);
        Assert.Equal([0, 0], before[2..4]);
        Assert.Equal(OpenStatus.Opened, Open(responder, after));
        Assert.Equal(OpenStatus.Opened, Open(responder, before));
        Assert.Equal(OpenStatus.Opened, Open(initiator, answer));

        responder.Expire(0, 100);
        Assert.Equal(OpenStatus.Opened, responder.Open([.. old], 99, out _, out _));
        Assert.Equal(OpenStatus.UnknownEpoch, responder.Open([.. old], 100, out _, out _));
        Assert.Equal(2, responder.Alive);
        responder.Retire(100);
        Assert.Equal(1, responder.Alive);

        responder.Install(2, Secret(8));
        Assert.Equal(2, responder.Alive);
        responder.Install(3, Secret(8));
        Assert.Equal(2, responder.Alive);
        Assert.Equal(OpenStatus.UnknownEpoch, Open(responder, Seal(initiator, [0])));
    }

    [Fact]
    public void Nothing_goes_in_or_out_after_disposal()
    {
        using var responder = Create(SessionRole.Responder);
        var initiator = Create(SessionRole.Initiator);
        initiator.Dispose();
        Assert.Equal(SealStatus.Closed, initiator.Seal(FrameKind.Frame, new byte[40], out _));
        Assert.Equal(OpenStatus.UnknownEpoch, Open(initiator, Seal(responder, [1])));
    }

    private static byte[] Seal(SessionEpochs epochs, byte[] body)
    {
        byte[] frame = [.. new byte[17], .. body, .. new byte[16]];
        Assert.Equal(SealStatus.Sealed, epochs.Seal(FrameKind.Frame, frame, out _));
        return frame;
    }

    private static OpenStatus Open(SessionEpochs epochs, byte[] frame) => epochs.Open(frame, 0, out _, out _);

    private static SessionEpochs Create(SessionRole role, TunnelSuite suite = TunnelSuite.ChaCha20Poly1305, EpochLimits? limits = null)
    {
        using var secrets = Secrets(role, suite);
        return new SessionEpochs(secrets, limits ?? EpochLimits.Default);
    }

    private static SessionSecrets Secrets(SessionRole role, TunnelSuite suite = TunnelSuite.ChaCha20Poly1305, byte epoch = 1, byte id = 3) =>
        new(role, suite, SessionId.Read(Secret(id)), Secret(epoch), Secret(2), new byte[32]);

    private static byte[] Secret(byte value) => [.. Enumerable.Range(0, 64).Select(i => (byte)(value + i))];
}
