using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Causeway.Hosting.Tls;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Transports.WebSockets;
using Causeway.Multiformats;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Interop.Tests;

/// <summary>WebSockets, in the clear and over TLS, with unmodified js-libp2p.</summary>
public sealed class WebSocketTests : IDisposable
{
    private const int Bulk = 32 * 1024 * 1024;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("causeway-");
    private readonly ServerCertificate _certificate;

    public WebSocketTests() => _certificate = ServerCertificate.SelfSigned(CertificatePath, ["localhost", "127.0.0.1"], NullLogger.Instance);

    public static TheoryData<bool> Secure => [false, true];

    private string CertificatePath => Path.Combine(_folder.FullName, "certificate.pem");

    public void Dispose()
    {
        _certificate.Dispose();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [MemberData(nameof(Secure))]
    public async Task We_dial_js(bool secure)
    {
        await using var js = await StartJsAsync(secure);
        await using var ours = await StartOursAsync(secure);
        var identified = ours.WhenIdentified(js.Id);

        var connection = await ours.Host.ConnectAsync(Multiaddress.Parse(js.Address));
        Assert.Equal(js.Id, connection.RemotePeer.ToString());
        Assert.Equal(secure, connection.RemoteAddress.Has("tls"));

        await identified;
        Assert.True(await ours.PingAsync(js.Id) > TimeSpan.Zero);
        await js.AskAsync("ping", new { peer = ours.Id });
    }

    [Theory]
    [MemberData(nameof(Secure))]
    public async Task Js_dials_us(bool secure)
    {
        await using var js = await StartJsAsync(secure);
        await using var ours = await StartOursAsync(secure);
        var identified = ours.WhenIdentified(js.Id);

        var dialed = await js.AskAsync("dial", new { address = ours.Address });
        Assert.Equal(ours.Id, (string)dialed["peer"]!);

        await identified;
        Assert.True(await ours.PingAsync(js.Id) > TimeSpan.Zero);
        await js.AskAsync("ping", new { peer = ours.Id });
    }

    [Theory]
    [MemberData(nameof(Secure))]
    public async Task Many_streams_and_messages_of_all_sizes_arrive_intact(bool secure)
    {
        await using var js = await StartJsAsync(secure);
        await using var ours = await StartOursAsync(secure);
        await ours.Host.ConnectAsync(Multiaddress.Parse(js.Address));

        await js.AskAsync("echo", new { peer = ours.Id, streams = 200, bytes = 50_000 });
        foreach (var bytes in new[] { 1, 125, 126, 127, 65_518, 65_535, 65_536, 65_537, 1_000_000 })
        {
            await js.AskAsync("echo", new { peer = ours.Id, streams = 2, bytes });
            await using var stream = await ours.Host.OpenStreamAsync(PeerId.Parse(js.Id), [TestProtocols.Echo]);
            var reading = TestProtocols.DrainAsync(stream);
            var sent = await TestProtocols.WritePatternAsync(stream, bytes, bytes);
            stream.CompleteWrites();
            Assert.Equal(((long)bytes, sent), await reading);
        }
    }

    [Theory]
    [MemberData(nameof(Secure))]
    public async Task Bulk_data_arrives_intact_both_ways(bool secure)
    {
        await using var js = await StartJsAsync(secure);
        await using var ours = await StartOursAsync(secure);
        await js.AskAsync("dial", new { address = ours.Address });

        // js-libp2p is connected one message before we are; its ping is answered when we are too.
        await js.AskAsync("ping", new { peer = ours.Id });

        var upload = js.AskAsync("upload", new { peer = ours.Id, bytes = Bulk, seed = 2 });
        await using var stream = await ours.Host.OpenStreamAsync(PeerId.Parse(js.Id), [TestProtocols.Sink]);
        var sent = await TestProtocols.WritePatternAsync(stream, Bulk, 1);
        stream.CompleteWrites();
        using var reader = new StreamReader(stream);
        var theirs = JsonNode.Parse(await reader.ReadToEndAsync())!;
        Assert.Equal(sent, (string)theirs["sha256"]!);
        var answer = await upload;
        Assert.Equal((string)answer["sent"]!, (string)answer["received"]!["sha256"]!);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Either_side_closes(bool secure, bool jsDials)
    {
        await using var js = await StartJsAsync(secure);
        await using var ours = await StartOursAsync(secure);
        for (var round = 0; round < 2; round++)
        {
            if (jsDials) await js.AskAsync("dial", new { address = ours.Address });
            else await ours.Host.ConnectAsync(Multiaddress.Parse(js.Address));
            await js.AskAsync("ping", new { peer = ours.Id });
            var connection = Assert.Single(ours.Host.Connections.To(PeerId.Parse(js.Id)));
            if (round == 0)
            {
                await connection.CloseAsync();
                await js.WaitForAsync("disconnected", e => (string)e["peer"]! == ours.Id);
            }
            else
            {
                await js.AskAsync("hangUp", new { peer = ours.Id });
                await connection.Closed.WaitAsync(JsPeer.Patience);
            }
        }
    }

    [Fact]
    public async Task A_killed_js_peer_ends_its_connection()
    {
        await using var js = await StartJsAsync(secure: false);
        await using var ours = await StartOursAsync(secure: false);
        var connection = await ours.Host.ConnectAsync(Multiaddress.Parse(js.Address));
        js.Kill();
        await connection.Closed.WaitAsync(JsPeer.Patience);
    }

    private static string ListenAddress(bool secure) => secure ? "/ip4/127.0.0.1/tcp/0/tls/ws" : "/ip4/127.0.0.1/tcp/0/ws";

    private Task<JsPeer> StartJsAsync(bool secure) =>
        JsPeer.StartAsync(options: new { listen = new[] { ListenAddress(secure) }, certificate = CertificatePath }, trusted: CertificatePath);

    private Task<OurPeer> StartOursAsync(bool secure) => OurPeer.StartAsync(
        listen: ListenAddress(secure),
        configure: builder => builder.UseWebSockets(new WebSocketTransportOptions
        {
            Certificate = _certificate,
            ValidateCertificate = (_, shown, _, _) => shown is not null && shown.GetCertHash(HashAlgorithmName.SHA256).AsSpan().SequenceEqual(_certificate.Sha256Hash),
        }));
}
