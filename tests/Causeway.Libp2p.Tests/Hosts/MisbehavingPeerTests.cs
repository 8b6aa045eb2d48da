using System.IO.Pipelines;
using System.Security.Cryptography;
using Causeway.Cryptography.Keys;
using Causeway.Libp2p.Connections;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Muxing;
using Causeway.Libp2p.Muxing.Yamux;
using Causeway.Libp2p.Resources;
using Causeway.Libp2p.Security;
using Causeway.Libp2p.Security.Noise;
using Causeway.Libp2p.Transports;
using Causeway.Libp2p.Transports.Memory;
using Causeway.Multiformats;
using static Causeway.Libp2p.Tests.Some;

namespace Causeway.Libp2p.Tests.Hosts;

/// <summary>Peers that break the rules at each stage: they lose their own connection, and nobody else notices.</summary>
public sealed class MisbehavingPeerTests : IAsyncLifetime
{
    private readonly TestHosts _hosts = new();
    private readonly ResourceManager _resources = new();
    private readonly ManualTimeProvider _time = new();
    private IHost _victim = null!;
    private IHost _friend = null!;

    public async ValueTask InitializeAsync()
    {
        // Its time is the tests', so that a busy machine cuts nobody off; without keep-alives, its friend notices no leap.
        _victim = await _hosts.StartAsync(b => b
            .UseResources(_resources)
            .UseTime(_time)
            .UseYamux(new YamuxOptions { KeepAliveInterval = Timeout.InfiniteTimeSpan }));
        _victim.Handle("/echo/1", (stream, token) => stream.CopyToAsync(stream, token));
        _friend = await _hosts.StartAsync();
        await TestHosts.ConnectAsync(_friend, _victim);
    }

    public ValueTask DisposeAsync() => _hosts.DisposeAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Garbage_instead_of_a_negotiation(int seed)
    {
        await using var raw = await DialRawAsync();
        await WriteGarbageAsync(raw.Output, seed);
        await EndsAsync(raw.Input);
        await FriendIsWellAsync();
    }

    [Fact]
    public async Task Garbage_instead_of_a_Noise_message()
    {
        await using var raw = await DialRawAsync();
        await WriteAsync(raw.Output, "\u0013/multistream/1.0.0\n\u0007/noise\n"u8.ToArray());
        await WriteGarbageAsync(raw.Output, 4);
        await EndsAsync(raw.Input);
        await FriendIsWellAsync();
    }

    [Fact]
    public async Task Silence_is_cut_off()
    {
        await using var raw = await DialRawAsync();
        var ending = EndsAsync(raw.Input);
        await Eventually.HoldsAsync(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            return ending.IsCompleted;
        });
        await ending;
        await FriendIsWellAsync();
    }

    [Fact]
    public async Task A_byte_now_and_then_is_cut_off_too()
    {
        await using var raw = await DialRawAsync();
        var proposal = "\u0013/multistream/1.0.0\n\u0007/noise\n"u8.ToArray();
        await Assert.ThrowsAsync<Libp2pException>(async () =>
        {
            for (var i = 0; ; i++)
            {
                await raw.Output.WriteAsync(proposal.AsMemory(i % proposal.Length, 1), Patience);
                _time.Advance(TimeSpan.FromMilliseconds(100));
                await Task.Delay(1);
            }
        });
        await FriendIsWellAsync();
    }

    [Fact]
    public async Task Leaving_within_the_handshake()
    {
        var raw = await DialRawAsync();
        await WriteAsync(raw.Output, "\u0013/multistream/1.0.0\n"u8.ToArray());
        raw.Abort();
        await FriendIsWellAsync();
    }

    [Fact]
    public async Task Garbage_instead_of_Yamux()
    {
        await using var raw = await DialRawAsync();
        using var key = PrivateKey.Generate();
        using var noise = new NoiseSecurity(key);
        var upgrader = new ConnectionUpgrader([noise], [new Spoiler()]);
        await using var upgraded = (await upgrader.UpgradeAsync(raw, ConnectionRole.Initiator, _victim.Id, Unlimited.Instance, Patience)).Transport;
        await EndsAsync(raw.Input);
        await FriendIsWellAsync();
    }

    [Fact]
    public async Task Garbage_instead_of_a_stream_negotiation_costs_the_stream()
    {
        var bad = await _hosts.StartAsync();
        var connection = (Connection)await TestHosts.ConnectAsync(bad, _victim);
        await using var stream = await connection.Upgraded.Muxer.OpenStreamAsync(Patience);
        await stream.WriteAsync(Enumerable.Repeat((byte)0x20, 100).ToArray(), Patience); // A message of 32 bytes that does not end in a newline.
        await Assert.ThrowsAsync<Libp2pException>(async () => await stream.CopyToAsync(Stream.Null, Patience));
        await FriendIsWellAsync();
    }

    [Fact]
    public async Task Garbage_in_an_identify_push_costs_the_stream()
    {
        var bad = await _hosts.StartAsync();
        await TestHosts.ConnectAsync(bad, _victim);
        await using var stream = await bad.OpenStreamAsync(_victim.Id, ["/ipfs/id/push/1.0.0"], Patience);
        await stream.WriteAsync(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 1, 2, 3 }, Patience);
        await Assert.ThrowsAsync<Libp2pException>(async () => await stream.ReadExactlyAsync(new byte[1], Patience));
        Assert.True(bad.Connections.IsConnected(_victim.Id));
        await FriendIsWellAsync();
    }

    [Fact]
    public async Task A_flood_of_streams_without_a_protocol_is_bounded()
    {
        var bad = await _hosts.StartAsync();
        var connection = (Connection)await TestHosts.ConnectAsync(bad, _victim);
        var streams = new List<MuxedStream>();
        try
        {
            for (var i = 0; i < 2000; i++)
            {
                var stream = await connection.Upgraded.Muxer.OpenStreamAsync(Patience);
                streams.Add(stream);
                await stream.WriteAsync("\u0013"u8.ToArray(), Patience);
            }
        }
        catch (Libp2pException)
        {
            // The muxer on either side may put an end to it sooner.
        }

        await FriendIsWellAsync();
        await bad.DisposeAsync();
        await Eventually.HoldsAsync(() => _resources.UsageOf(bad.Id) == default);
    }

    private async Task<TransportConnection> DialRawAsync() => await new MemoryTransport(_hosts.Network).DialAsync(_victim.Addresses[0], Patience);

    private async Task FriendIsWellAsync()
    {
        Assert.True(_friend.Connections.IsConnected(_victim.Id));
        await using var stream = await _friend.OpenStreamAsync(_victim.Id, ["/echo/1"], Patience);
        await stream.WriteAsync("still here"u8.ToArray(), completeWrites: true, Patience);
        Assert.Equal("still here", await new StreamReader(stream).ReadToEndAsync(Patience));
        await Eventually.HoldsAsync(() => _resources.TransientUsage == default);
    }

    private static async Task WriteGarbageAsync(PipeWriter writer, int seed)
    {
        var garbage = new byte[5000];
        new Random(seed).NextBytes(garbage);
        await WriteAsync(writer, garbage);
    }

    private static async Task WriteAsync(PipeWriter writer, byte[] bytes)
    {
        try
        {
            await writer.WriteAsync(bytes, Patience);
        }
        catch (Libp2pException)
        {
            // Cut off already by what was written before.
        }
    }

    private static async Task EndsAsync(PipeReader reader)
    {
        try
        {
            while (true)
            {
                var result = await reader.ReadAsync(Patience);
                reader.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted) return;
            }
        }
        catch (Libp2pException)
        {
            // Reset: that is an end too.
        }
    }

    /// <summary>A muxer that writes garbage.</summary>
    private sealed class Spoiler : IMuxerProtocol
    {
        private readonly YamuxProtocol _yamux = new();

        public string Id => _yamux.Id;

        public IMuxer Start(IDuplexPipe pipe, ConnectionRole role, IMemoryScope memory)
        {
            _ = WriteGarbageAsync(pipe.Output, 5);
            return null!;
        }
    }

    private sealed class Unlimited : IMemoryScope
    {
        public static readonly Unlimited Instance = new();

        public bool TryReserve(long bytes) => true;

        public void Release(long bytes)
        {
        }
    }
}
