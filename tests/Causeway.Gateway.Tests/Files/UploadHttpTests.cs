using System.Net;
using System.Net.Sockets;
using System.Text;
using Causeway.Gateway.Files;
using Causeway.Gateway.Files.Http;
using Causeway.Gateway.Files.Tree;

namespace Causeway.Gateway.Tests.Files;

/// <summary>Files that come in several requests.</summary>
public sealed class UploadHttpTests
{
    private static readonly (string, string) More = ("Upload-Complete", "?0");
    private static readonly (string, string) Last = ("Upload-Complete", "?1");

    [Fact]
    public async Task A_file_that_comes_in_parts_is_the_same_as_one_that_comes_at_once()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var page = await HttpPage.OpenAsync(gateway);
        var bytes = Bytes(3_000_000);
        var whole = (await page.JsonAsync(HttpMethod.Put, "/files/whole", new ByteArrayContent(bytes))).GetProperty("fileCid").GetString();
        var upload = await BeginAsync(page, "/files/parts", bytes[..700_000]);
        Assert.Equal(700_000, await OffsetAsync(page, upload));
        using var second = await page.SendAsync(HttpMethod.Patch, upload, new ByteArrayContent(bytes[700_000..2_000_000]), ("Upload-Offset", "700000"), More);
        Assert.Equal((HttpStatusCode.NoContent, "2000000", "?0"), (second.StatusCode, Header(second, "Upload-Offset"), Header(second, "Upload-Complete")));
        var stored = await page.JsonAsync(HttpMethod.Patch, upload, new ByteArrayContent(bytes[2_000_000..]), ("Upload-Offset", "2000000"), Last);
        Assert.Equal(whole, stored.GetProperty("fileCid").GetString());
        Assert.Equal(["parts", "whole"], (await page.JsonAsync(HttpMethod.Get, "/files/")).GetProperty("entries").EnumerateObject().Select(p => p.Name));

        // Whose answer was lost may ask again.
        var again = await page.JsonAsync(HttpMethod.Patch, upload, new ByteArrayContent([]), ("Upload-Offset", "3000000"), Last);
        Assert.Equal(stored.GetRawText(), again.GetRawText());
    }

    [Fact]
    public async Task A_part_that_belongs_elsewhere_is_refused_with_the_offset()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var page = await HttpPage.OpenAsync(gateway);
        var upload = await BeginAsync(page, "/files/x", Bytes(1000));
        foreach (var offset in new[] { "0", "999", "1001" })
        {
            using var wrong = await page.SendAsync(HttpMethod.Patch, upload, new ByteArrayContent(Bytes(10)), ("Upload-Offset", offset), More);
            Assert.Equal((HttpStatusCode.Conflict, "1000"), (wrong.StatusCode, Header(wrong, "Upload-Offset")));
        }

        await FilesHttpTests.AssertErrorAsync(HttpStatusCode.BadRequest, page.SendAsync(HttpMethod.Patch, upload, new ByteArrayContent([]), More));
        await FilesHttpTests.AssertErrorAsync(HttpStatusCode.BadRequest, page.SendAsync(HttpMethod.Patch, upload, new ByteArrayContent([]), ("Upload-Offset", "-1"), More));
    }

    [Fact]
    public async Task What_came_of_a_request_that_broke_is_kept_and_the_upload_goes_on_there()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var page = await HttpPage.OpenAsync(gateway);
        var bytes = Bytes(1_000_000);
        var upload = await BeginAsync(page, "/files/x", bytes[..100_000]);

        // A request that promises more than it sends, and then says nothing more. It is told when the gateway begins to take it.
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, gateway.Port);
        var head = $"PATCH {upload} HTTP/1.1\r\nHost: 127.0.0.1\r\nCauseway-Page: {page.Token}\r\nUpload-Offset: 100000\r\nUpload-Complete: ?1\r\nContent-Length: 900000\r\nExpect: 100-continue\r\n\r\n";
        await socket.SendAsync(Encoding.ASCII.GetBytes(head));
        await socket.ReceiveAsync(new byte[1]).WaitAsync(TestPage.Patience);
        await socket.SendAsync(bytes.AsMemory(100_000, 200_000));

        // Whoever asks for the offset ends it, however much of it has come.
        var offset = await OffsetAsync(page, upload);
        Assert.InRange(offset, 100_000, 300_000);
        var stored = await page.JsonAsync(HttpMethod.Patch, upload, new ByteArrayContent(bytes[(int)offset..]), ("Upload-Offset", $"{offset}"), Last);
        using var read = await page.LinkAsync($"/ipfs/{stored.GetProperty("fileCid").GetString()}");
        Assert.Equal(bytes, await read.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Bytes_that_came_before_a_request_broke_count()
    {
        await using var files = GatewayFiles.InMemory();
        using var key = Causeway.Cryptography.Keys.PrivateKey.Generate();
        var tree = await PeerTree.OpenAsync(files, Causeway.Multiformats.PeerId.FromPublicKey(key.PublicKey), null, CancellationToken.None);
        using var upload = new Upload(files, "x", new(), static () => { });
        var body = new HangingStream(Bytes(10_000));
        var taking = upload.AppendAsync(body, 0, isLast: true, tree, CancellationToken.None);
        await body.Hanging.WaitAsync(TestPage.Patience);
        await upload.SettleAsync(CancellationToken.None);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => taking);
        Assert.Equal(10_000, upload.Offset);
        Assert.NotNull(await upload.AppendAsync(Stream.Null, 10_000, isLast: true, tree, CancellationToken.None));
    }

    [Fact]
    public async Task An_upload_belongs_to_its_identity_which_may_come_back_to_it_and_to_nobody_else()
    {
        await using var gateway = await TestGateway.StartAsync(options: new() { DuplicateGrace = TestPage.Patience });
        string upload, key;
        using (var page = await HttpPage.OpenAsync(gateway))
        {
            upload = await BeginAsync(page, "/files/x", Encoding.UTF8.GetBytes("Hello, "));
            key = page.Page.PeerKey;
            await page.Page.CloseAsync();
        }

        using var other = await HttpPage.OpenAsync(gateway);
        await FilesHttpTests.AssertErrorAsync(HttpStatusCode.NotFound, other.SendAsync(HttpMethod.Patch, upload, HttpPage.Text("world!"), ("Upload-Offset", "7"), Last));
        using var again = await HttpPage.OpenAsync(gateway, key);
        Assert.Equal(7, await OffsetAsync(again, upload));
        var stored = await again.JsonAsync(HttpMethod.Patch, upload, HttpPage.Text("world!"), ("Upload-Offset", "7"), Last);
        Assert.Equal("bafybeidv23lyayv4rdysncmjvqh3w46dysaruzqnkageemmc5xu2sywrya", stored.GetProperty("fileCid").GetString());
        Assert.Equal(["x"], (await again.JsonAsync(HttpMethod.Get, "/files/")).GetProperty("entries").EnumerateObject().Select(p => p.Name));
    }

    [Fact]
    public async Task An_upload_is_forgotten_when_it_is_cancelled_or_waits_too_long()
    {
        var clock = new ManualTimeProvider();
        await using var files = GatewayFiles.InMemory(time: clock);
        await using var gateway = await TestGateway.StartAsync(files: files);
        using var page = await HttpPage.OpenAsync(gateway);
        var (cancelled, late) = (await BeginAsync(page, "/files/a", Bytes(10)), await BeginAsync(page, "/files/b", Bytes(10)));
        Assert.Equal(HttpStatusCode.NoContent, (await page.SendAsync(HttpMethod.Delete, cancelled)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await page.SendAsync(HttpMethod.Head, cancelled)).StatusCode);
        clock.Advance(TimeSpan.FromMinutes(9));
        await page.SendAsync(HttpMethod.Patch, late, new ByteArrayContent(Bytes(10)), ("Upload-Offset", "10"), More);
        clock.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal(20, await OffsetAsync(page, late));
        clock.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal(HttpStatusCode.NotFound, (await page.SendAsync(HttpMethod.Head, late)).StatusCode);
        Assert.Empty((await page.JsonAsync(HttpMethod.Get, "/files/")).GetProperty("entries").EnumerateObject());
    }

    [Fact]
    public async Task An_upload_that_gets_too_long_says_so_and_so_does_one_too_many()
    {
        await using var files = GatewayFiles.InMemory(new FilesOptions { MaxFileBytes = 1_000_000, MaxUploads = 2 });
        await using var gateway = await TestGateway.StartAsync(files: files);
        using var page = await HttpPage.OpenAsync(gateway);
        var upload = await BeginAsync(page, "/files/a", Bytes(600_000));
        await FilesHttpTests.AssertErrorAsync(
            HttpStatusCode.RequestEntityTooLarge, page.SendAsync(HttpMethod.Patch, upload, new ByteArrayContent(Bytes(600_000)), ("Upload-Offset", "600000"), Last));
        await BeginAsync(page, "/files/b", Bytes(10));
        await FilesHttpTests.AssertErrorAsync(HttpStatusCode.TooManyRequests, page.SendAsync(HttpMethod.Put, "/files/c", new ByteArrayContent(Bytes(10)), More));
    }

    [Fact]
    public async Task An_empty_file_may_come_in_parts()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var page = await HttpPage.OpenAsync(gateway);
        var whole = (await page.JsonAsync(HttpMethod.Put, "/files/a", new ByteArrayContent([]))).GetProperty("fileCid").GetString();
        var upload = await BeginAsync(page, "/files/b", []);
        var stored = await page.JsonAsync(HttpMethod.Patch, upload, new ByteArrayContent([]), ("Upload-Offset", "0"), Last);
        Assert.Equal(whole, stored.GetProperty("fileCid").GetString());
        using var read = await page.SendAsync(HttpMethod.Get, "/files/b");
        Assert.Equal(0, read.Content.Headers.ContentLength);
    }

    /// <summary>Gives its bytes and then nothing more.</summary>
    private sealed class HangingStream(byte[] content) : MemoryStream(content)
    {
        private readonly TaskCompletionSource _hanging = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Hanging => _hanging.Task;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Position < Length) return await base.ReadAsync(buffer, cancellationToken);
            _hanging.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            return 0;
        }
    }

    private static async Task<string> BeginAsync(HttpPage page, string path, byte[] first)
    {
        using var response = await page.SendAsync(HttpMethod.Put, path, new ByteArrayContent(first), More);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal($"{first.Length}", Header(response, "Upload-Offset"));
        return response.Headers.Location!.OriginalString;
    }

    private static async Task<long> OffsetAsync(HttpPage page, string upload)
    {
        using var response = await page.SendAsync(HttpMethod.Head, upload);
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        return long.Parse(Header(response, "Upload-Offset"), System.Globalization.CultureInfo.InvariantCulture);
    }

    private static string Header(HttpResponseMessage response, string name) => Assert.Single(response.Headers.GetValues(name));

    private static byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }
}
