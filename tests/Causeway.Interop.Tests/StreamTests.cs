using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Causeway.Libp2p;
using Causeway.Multiformats;

namespace Causeway.Interop.Tests;

/// <summary>Yamux under stress against unmodified js-libp2p: many streams, half-close, reset, bulk data with checksums.</summary>
public sealed class StreamTests
{
    private const int Bulk = 100 * 1024 * 1024;

    public static TheoryData<JsRelease> Releases => [JsRelease.Current, JsRelease.Previous];

    [Theory]
    [MemberData(nameof(Releases))]
    public async Task Many_streams_opened_by_js_are_echoed_intact(JsRelease release)
    {
        await using var js = await JsPeer.StartAsync(release);
        await using var ours = await OurPeer.StartAsync();
        await js.AskAsync("dial", new { address = ours.Address });

        await js.AskAsync("echo", new { peer = ours.Id, streams = 200, bytes = 100_000 });
    }

    [Theory]
    [MemberData(nameof(Releases))]
    public async Task Many_streams_opened_by_us_are_echoed_intact(JsRelease release)
    {
        await using var js = await JsPeer.StartAsync(release);
        await using var ours = await OurPeer.StartAsync();
        await ours.Host.ConnectAsync(Multiaddress.Parse(js.Address));

        await Task.WhenAll(Enumerable.Range(0, 200).Select(async i =>
        {
            await using var stream = await ours.Host.OpenStreamAsync(PeerId.Parse(js.Id), [TestProtocols.Echo]);
            var reading = TestProtocols.DrainAsync(stream);
            var sent = await TestProtocols.WritePatternAsync(stream, 100_000, i);
            stream.CompleteWrites();
            Assert.Equal((100_000L, sent), await reading);
        }));
    }

    [Theory]
    [MemberData(nameof(Releases))]
    public async Task Bulk_data_from_us_arrives_intact(JsRelease release)
    {
        await using var js = await JsPeer.StartAsync(release);
        await using var ours = await OurPeer.StartAsync();
        await ours.Host.ConnectAsync(Multiaddress.Parse(js.Address));

        await using var stream = await ours.Host.OpenStreamAsync(PeerId.Parse(js.Id), [TestProtocols.Sink]);
        var sent = await TestProtocols.WritePatternAsync(stream, Bulk, 1);
        stream.CompleteWrites();
        using var reader = new StreamReader(stream);
        var answer = JsonNode.Parse(await reader.ReadToEndAsync())!;

        Assert.Equal(Bulk, (int)answer["total"]!);
        Assert.Equal(sent, (string)answer["sha256"]!);
    }

    [Theory]
    [MemberData(nameof(Releases))]
    public async Task Bulk_data_to_us_arrives_intact(JsRelease release)
    {
        await using var js = await JsPeer.StartAsync(release);
        await using var ours = await OurPeer.StartAsync();
        await js.AskAsync("dial", new { address = ours.Address });

        var answer = await js.AskAsync("upload", new { peer = ours.Id, bytes = Bulk, seed = 2 });

        Assert.Equal(Bulk, (int)answer["received"]!["total"]!);
        Assert.Equal((string)answer["sent"]!, (string)answer["received"]!["sha256"]!);
    }

    [Theory]
    [MemberData(nameof(Releases))]
    public async Task Bulk_data_flows_both_ways_at_once(JsRelease release)
    {
        await using var js = await JsPeer.StartAsync(release);
        await using var ours = await OurPeer.StartAsync();
        await js.AskAsync("dial", new { address = ours.Address });

        var download = js.AskAsync("download", new { peer = ours.Id, bytes = Bulk / 4, seed = 3 });
        await using var stream = await ours.Host.OpenStreamAsync(PeerId.Parse(js.Id), [TestProtocols.Source]);
        await stream.WriteAsync(Encoding.UTF8.GetBytes($$"""{"total":{{Bulk / 4}},"seed":3}"""), completeWrites: true);
        var (total, sha256) = await TestProtocols.DrainAsync(stream);
        var theirs = await download;

        Assert.Equal(Bulk / 4, total);
        Assert.Equal(Bulk / 4, (int)theirs["total"]!);
        Assert.Equal(sha256, (string)theirs["sha256"]!);
    }

    [Theory]
    [MemberData(nameof(Releases))]
    public async Task A_reset_by_js_fails_our_stream_only(JsRelease release)
    {
        await using var js = await JsPeer.StartAsync(release);
        await using var ours = await OurPeer.StartAsync();
        await ours.Host.ConnectAsync(Multiaddress.Parse(js.Address));

        await using (var stream = await ours.Host.OpenStreamAsync(PeerId.Parse(js.Id), [TestProtocols.Reset]))
        {
            var error = await Assert.ThrowsAsync<Libp2pException>(async () =>
            {
                await stream.WriteAsync(RandomNumberGenerator.GetBytes(16));
                await TestProtocols.DrainAsync(stream);
            });
            Assert.Equal(Libp2pError.StreamReset, error.Error);
        }

        Assert.True(await ours.PingAsync(js.Id) > TimeSpan.Zero);
    }

    [Theory]
    [MemberData(nameof(Releases))]
    public async Task A_reset_by_us_fails_the_stream_of_js(JsRelease release)
    {
        await using var js = await JsPeer.StartAsync(release);
        await using var ours = await OurPeer.StartAsync();
        await js.AskAsync("dial", new { address = ours.Address });

        var answer = await js.AskAsync("expectReset", new { peer = ours.Id });

        Assert.NotNull(answer["error"]);
        await js.AskAsync("ping", new { peer = ours.Id });
    }

    [Theory]
    [MemberData(nameof(Releases))]
    public async Task A_protocol_that_js_does_not_speak_is_refused(JsRelease release)
    {
        await using var js = await JsPeer.StartAsync(release);
        await using var ours = await OurPeer.StartAsync();
        await ours.Host.ConnectAsync(Multiaddress.Parse(js.Address));

        var error = await Assert.ThrowsAsync<Libp2pException>(async () =>
        {
            await using var stream = await ours.Host.OpenStreamAsync(PeerId.Parse(js.Id), ["/nobody/speaks/this/1.0.0"]);
            await stream.WriteAsync(new byte[] { 1 });
            await TestProtocols.DrainAsync(stream);
        });
        Assert.Equal(Libp2pError.ProtocolNotSupported, error.Error);
    }
}
