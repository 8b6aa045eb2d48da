using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Causeway.Cryptography.Secrets;
using Causeway.Cryptography.Streams;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Ping;
using Causeway.Libp2p.Security.PrivateNetworks;
using Causeway.Libp2p.Tests.Hosts;
using Causeway.Libp2p.Transports.Memory;
using Causeway.Libp2p.Transports.Tcp;
using static Causeway.Libp2p.Tests.Some;

namespace Causeway.Libp2p.Tests.Security.PrivateNetworks;

public sealed class PrivateNetworkTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Members_of_a_network_connect(bool tcp)
    {
        using var key = PreSharedKey.Generate();
        await using var hosts = new TestHosts(tcp);
        var here = await hosts.StartAsync(builder => builder.UsePrivateNetwork(key));
        var there = await hosts.StartAsync(builder => builder.UsePrivateNetwork(key));
        await TestHosts.ConnectAsync(here, there);
        Assert.True(await new PingService(here).PingAsync(there.Id, Patience) > TimeSpan.Zero);
        Assert.True(await new PingService(there).PingAsync(here.Id, Patience) > TimeSpan.Zero);
    }

    [Theory]
    [InlineData("private", "other")]
    [InlineData("private", "none")]
    [InlineData("none", "private")]
    public async Task Nobody_else_gets_in_or_out(string dialer, string listener)
    {
        using var key = PreSharedKey.Generate();
        using var other = PreSharedKey.Generate();
        void Configure(HostBuilder builder, string network)
        {
            if (network != "none") builder.UsePrivateNetwork(network == "private" ? key : other);
            builder.Configure(options => options with { Upgrade = options.Upgrade with { HandshakeTimeout = TimeSpan.FromSeconds(2) } });
        }

        await using var hosts = new TestHosts();
        var here = await hosts.StartAsync(builder => Configure(builder, dialer));
        var there = await hosts.StartAsync(builder => Configure(builder, listener));
        await Assert.ThrowsAsync<Libp2pException>(() => TestHosts.ConnectAsync(here, there));
        Assert.Empty(here.Connections.All);
        Assert.Empty(there.Connections.All);
    }

    [Fact]
    public async Task Nothing_on_the_wire_can_be_read()
    {
        using var key = PreSharedKey.Generate();
        await using var listener = await new TcpTransport().ListenAsync(Address("/ip4/127.0.0.1/tcp/0"), Patience);
        await using var host = new HostBuilder().UsePrivateNetwork(key).Build();
        await host.StartAsync(Patience);
        var connecting = host.ConnectAsync(listener.Address, Patience).AsTask();
        await using var wire = (await listener.AcceptAsync(Patience))!;
        var seen = await wire.Input.ReadAtLeastAsync(60, Patience);
        var bytes = seen.Buffer.ToArray();
        Assert.DoesNotContain("multistream", Encoding.Latin1.GetString(bytes));

        // With the key it is what it always is.
        using var cipher = key.CreateCipher(bytes.AsSpan(0, XSalsa20.NonceSize));
        cipher.Transform(bytes.AsSpan(XSalsa20.NonceSize));
        Assert.StartsWith("\u0013/multistream/1.0.0\n", Encoding.Latin1.GetString(bytes.AsSpan(XSalsa20.NonceSize)));
        wire.Abort();
        await Assert.ThrowsAsync<Libp2pException>(() => connecting);
    }

    [Fact]
    public async Task The_nonce_may_come_in_pieces_and_reads_be_cancelled_meanwhile()
    {
        using var key = PreSharedKey.Generate();
        var (raw, wire) = MemoryConnection.CreatePair(Address("/memory/1"), Address("/memory/2"));
        await using var connection = await PrivateConnection.ProtectAsync(raw, key, RandomSource.System, Patience);
        await using var other = wire;
        var nonce = new byte[XSalsa20.NonceSize];
        RandomSource.System.Fill(nonce);
        var message = "hello"u8.ToArray();
        using (var cipher = key.CreateCipher(nonce)) cipher.Transform(message);

        await wire.Output.WriteAsync(nonce.AsMemory(0, 10), Patience);
        for (var i = 0; i < 3; i++)
        {
            var reading = connection.Input.ReadAsync(Patience).AsTask();
            connection.Input.CancelPendingRead();
            var cancelled = await reading;
            Assert.True(cancelled.IsCanceled && cancelled.Buffer.IsEmpty);
            connection.Input.AdvanceTo(cancelled.Buffer.Start);
        }

        await wire.Output.WriteAsync(nonce.AsMemory(10), Patience);
        foreach (var part in message) await wire.Output.WriteAsync(new[] { part }, Patience);
        Assert.Equal("hello"u8.ToArray(), (await connection.Input.ReadAtLeastAsync(5, Patience)).Buffer.ToArray());
    }

    [Fact]
    public async Task An_end_before_the_nonce_is_an_error()
    {
        using var key = PreSharedKey.Generate();
        var (raw, wire) = MemoryConnection.CreatePair(Address("/memory/1"), Address("/memory/2"));
        await using var connection = await PrivateConnection.ProtectAsync(raw, key, RandomSource.System, Patience);
        await wire.Output.WriteAsync(new byte[23], Patience);
        await wire.DisposeAsync();
        Assert.Equal(Libp2pError.ConnectionClosed, (await Assert.ThrowsAsync<Libp2pException>(() => connection.Input.ReadAtLeastAsync(1, Patience).AsTask())).Error);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("0", false)]
    [InlineData("1", true)]
    public void A_process_can_be_told_to_build_private_hosts_only(string? value, bool isRequired) => Assert.Equal(isRequired, HostBuilder.RequiresPrivateNetwork(value));
}
