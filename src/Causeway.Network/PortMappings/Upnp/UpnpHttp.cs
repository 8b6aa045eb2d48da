using System.Net;
using System.Net.Http.Headers;
using System.Xml.Linq;
using Causeway.Network.PortMappings.Gateways;

namespace Causeway.Network.PortMappings.Upnp;

/// <summary>Fetches descriptions and performs actions over HTTP: no proxy, no redirects, no cookies, bounded in size and time.</summary>
internal sealed class UpnpHttp(HttpMessageHandler handler, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly HttpClient _client = new(handler) { Timeout = Timeout.InfiniteTimeSpan };

    public static SocketsHttpHandler CreateHandler() => new()
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = TimeSpan.FromSeconds(3),
        MaxConnectionsPerServer = 2,
        MaxResponseHeadersLength = 16,

        // Small routers close idle connections without a word.
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(1),
    };

    /// <summary>Fetches a document.</summary>
    /// <exception cref="GatewayException">It cannot be had.</exception>
    public async Task<ReadOnlyMemory<byte>> GetAsync(Uri uri, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, uri);
        var (status, body) = await SendAsync(request, cancellationToken);
        return status == HttpStatusCode.OK ? body : throw new GatewayException($"{uri.Host} answers with HTTP status {(int)status}");
    }

    /// <summary>Performs an action.</summary>
    /// <exception cref="UpnpErrorException">The gateway refuses.</exception>
    /// <exception cref="GatewayException">It does not answer, or nonsense.</exception>
    public async Task<XElement> CallAsync(IgdService service, string action, IEnumerable<(string Name, string Value)> arguments, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, service.Control) { Content = new ByteArrayContent(SoapMessages.Write(service.Type, action, arguments)) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("text/xml", "utf-8");
        request.Headers.TryAddWithoutValidation("SOAPAction", $"\"{service.Type}#{action}\"");
        var (status, body) = await SendAsync(request, cancellationToken);

        // Errors of the action come with status 500 (§3.2.5).
        return status is HttpStatusCode.OK or HttpStatusCode.InternalServerError
            ? SoapMessages.Read(body, action)
            : throw new GatewayException($"{service.Control.Host} answers with HTTP status {(int)status}");
    }

    public void Dispose() => _client.Dispose();

    private async Task<(HttpStatusCode Status, ReadOnlyMemory<byte> Body)> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(Patience, time);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        var host = request.RequestUri!.Host;
        try
        {
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            await using var stream = await response.Content.ReadAsStreamAsync(patience.Token);
            var body = new byte[UpnpXml.MaxLength + 1];
            var length = await stream.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, patience.Token);
            return length <= UpnpXml.MaxLength ? (response.StatusCode, body.AsMemory(0, length)) : throw new GatewayException($"{host} sends more than {UpnpXml.MaxLength / 1024} KiB");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new GatewayException($"{host} does not answer in time");
        }
        catch (HttpRequestException exception)
        {
            throw new GatewayException($"{host} cannot be asked ({exception.HttpRequestError})", exception);
        }
        catch (IOException exception) when (exception is not GatewayException)
        {
            throw new GatewayException($"{host} broke off its answer", exception);
        }
    }
}
