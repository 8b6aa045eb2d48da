using Causeway.Tunnel.Protocol.Sessions;

namespace Causeway.Tunnel.Tests.Protocol.Sessions;

public sealed class SessionSecretsTests
{
    [Fact]
    public void Disposal_zeroes_every_secret()
    {
        var secrets = Create(64, 64, 32);
        Span<byte> epoch = secrets.EpochSecret.Span, chain = secrets.Chain.Span, resume = secrets.ResumeKey.Span;
        Assert.All(epoch.ToArray(), b => Assert.Equal(7, b));
        secrets.Dispose();
        Assert.All((byte[])[.. epoch, .. chain, .. resume], b => Assert.Equal(0, b));
    }

    [Theory]
    [InlineData(63, 64, 32)]
    [InlineData(64, 65, 32)]
    [InlineData(64, 64, 31)]
    public void Wrong_lengths_are_refused(int epoch, int chain, int resume) => Assert.Throws<ArgumentException>(() => Create(epoch, chain, resume));

    [Fact]
    public void No_suite_is_refused() => Assert.Throws<ArgumentException>(() =>
        new SessionSecrets(SessionRole.Initiator, TunnelSuite.None, default, new byte[64], new byte[64], new byte[32]));

    [Fact]
    public void The_tag_of_a_session_ID_is_its_first_four_bytes()
    {
        byte[] bytes = [.. Enumerable.Range(1, 16).Select(i => (byte)i)];
        var id = SessionId.Read(bytes);
        var written = new byte[16];
        id.CopyTo(written);
        Assert.Equal(0x01020304u, id.Tag);
        Assert.Equal(bytes, written);
        Assert.Equal("0102030405060708090a0b0c0d0e0f10", id.ToString());
    }

    [Theory]
    [InlineData(1280, 5, 30, true)]
    [InlineData(9000, 300, 86_400, true)]
    [InlineData(1279, 30, 300, false)]
    [InlineData(9001, 30, 300, false)]
    [InlineData(1500, 4, 300, false)]
    [InlineData(1500, 301, 300, false)]
    [InlineData(1500, 30.5, 300, false)]
    [InlineData(1500, 30, 29, false)]
    [InlineData(1500, 30, 86_401, false)]
    public void Parameters_have_ranges(int mtu, double heartbeat, double rotation, bool valid) => Assert.Equal(valid, new SessionParameters
    {
        Mtu = mtu,
        HeartbeatInterval = TimeSpan.FromSeconds(heartbeat),
        RotationInterval = TimeSpan.FromSeconds(rotation),
    }.IsValid);

    private static SessionSecrets Create(int epoch, int chain, int resume) =>
        new(SessionRole.Initiator, TunnelSuite.ChaCha20Poly1305, default, Seven(epoch), Seven(chain), Seven(resume));

    private static byte[] Seven(int length) => [.. Enumerable.Repeat((byte)7, length)];
}
