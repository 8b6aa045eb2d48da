using System.Net;
using System.Net.Sockets;
using System.Text;
using Causeway.Network.PortMappings.Gateways;
using Causeway.Network.PortMappings.Upnp;

namespace Causeway.Network.Tests.PortMappings;

/// <summary>HTTP over sockets: what is not to be believed.</summary>
public sealed class UpnpHttpTests
{
    [Fact]
    public async Task A_document_is_fetched()
    {
        using var server = new OneAnswer("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");

        Assert.Equal("hello", Encoding.ASCII.GetString((await GetAsync(server)).Span));
    }

    [Fact]
    public async Task A_redirection_is_not_followed()
    {
        using var other = new OneAnswer("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
        using var server = new OneAnswer($"HTTP/1.1 302 Found\r\nLocation: {other.Uri}\r\nContent-Length: 0\r\n\r\n");

        Assert.Contains("302", (await Assert.ThrowsAsync<GatewayException>(() => GetAsync(server))).Message);
        Assert.False(other.WasAsked);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")]
    public async Task An_endless_document_is_cut_off(string head)
    {
        using var server = new OneAnswer(head + new string('x', 100_000));

        Assert.Contains("64 KiB", (await Assert.ThrowsAsync<GatewayException>(() => GetAsync(server))).Message);
    }

    [Fact]
    public async Task A_document_that_breaks_off_and_a_server_that_is_not_there_are_errors()
    {
        using var server = new OneAnswer("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello");
        await Assert.ThrowsAsync<GatewayException>(() => GetAsync(server));
        server.Dispose();
        await Assert.ThrowsAsync<GatewayException>(() => GetAsync(server));
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_given_up_after_five_seconds()
    {
        var time = new ObservedTime();
        using var server = new OneAnswer(null);
        using var http = new UpnpHttp(UpnpHttp.CreateHandler(), time);
        var getting = http.GetAsync(server.Uri, CancellationToken.None);
        await server.Asked;
        Assert.Equal(TimeSpan.FromSeconds(5), await time.Waits.ReadAsync());
        time.Advance(TimeSpan.FromSeconds(5));

        Assert.Contains("in time", (await Assert.ThrowsAsync<GatewayException>(() => getting)).Message);
    }

    private static async Task<ReadOnlyMemory<byte>> GetAsync(OneAnswer server)
    {
        using var http = new UpnpHttp(UpnpHttp.CreateHandler(), new ManualTimeProvider());
        return await http.GetAsync(server.Uri, CancellationToken.None);
    }

    /// <summary>A server that answers the first connection with these bytes and closes it; with null it does not answer.</summary>
    private sealed class OneAnswer : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public OneAnswer(string? answer)
        {
            _listener.Start();
            Uri = new Uri($"http://{_listener.LocalEndpoint}/");
            _ = AnswerAsync(answer);
        }

        public Uri Uri { get; }

        public Task Asked => _asked.Task;

        public bool WasAsked => _asked.Task.IsCompleted;

        public void Dispose() => _listener.Dispose();

        private async Task AnswerAsync(string? answer)
        {
            try
            {
                var client = await _listener.AcceptTcpClientAsync();
                var stream = client.GetStream();
                var request = "";
                var buffer = new byte[1024];
                while (!request.EndsWith("\r\n\r\n", StringComparison.Ordinal)) request += Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer));
                _asked.TrySetResult();
                if (answer is null) return;
                using (client) await stream.WriteAsync(Encoding.ASCII.GetBytes(answer));
            }
            catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException)
            {
                // The client has gone, or the test is over.
            }
        }
    }
}
