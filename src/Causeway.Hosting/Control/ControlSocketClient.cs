using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Causeway.Hosting.Control;

/// <summary>
/// The end of a control socket at which commands ask: HTTP/1.1 over a Unix socket, and what <see cref="ControlMessages"/> says. It connects when it is asked something. What goes wrong is thrown as
/// its owner explains it; a token that is cancelled throws as usual.
/// </summary>
public sealed class ControlSocketClient : IDisposable
{
    private readonly ControlSocketClientOptions _options;
    private readonly Func<ControlFailure, Exception> _explain;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;

    /// <summary>A client.</summary>
    /// <param name="path">The socket.</param>
    /// <param name="options">What is said in every request, and the limits.</param>
    /// <param name="explain">Makes an exception of what went wrong.</param>
    /// <param name="time">The clock. Default the system's.</param>
    /// <exception cref="ControlSocketException">The path is too long.</exception>
    public ControlSocketClient(string path, ControlSocketClientOptions options, Func<ControlFailure, Exception> explain, TimeProvider? time = null)
    {
        (_options, _explain, _time) = (options, explain, time ?? TimeProvider.System);
        var endPoint = ControlSocket.At(path);
        var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, ConnectCallback = (_, cancel) => ConnectAsync(endPoint, cancel) };
        _http = new HttpClient(handler) { BaseAddress = new Uri("http://localhost"), Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = options.MaxResponse };
        _http.DefaultRequestHeaders.Add(ControlMessages.GenerationHeader, options.Generation);
        foreach (var (name, value) in options.Headers) _http.DefaultRequestHeaders.Add(name, value);
    }

    /// <summary>Asks, and reads the answer.</summary>
    public Task<T> AskAsync<T>(HttpMethod method, string path, HttpContent? body, JsonTypeInfo<T> type, CancellationToken cancellationToken) => ExplainedAsync(
        async patience =>
        {
            using var response = await SendAsync(method, path, body, HttpCompletionOption.ResponseContentRead, isForAll: false, patience);
            return Read(await response.Content.ReadAsByteArrayAsync(patience), type);
        },
        _options.Patience,
        cancellationToken);

    /// <summary>Has something done.</summary>
    /// <param name="method">The HTTP method.</param>
    /// <param name="path">Path and query.</param>
    /// <param name="body">The body; null for none.</param>
    /// <param name="isForAll">Whether servers of every generation understand it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task TellAsync(HttpMethod method, string path, HttpContent? body, bool isForAll, CancellationToken cancellationToken) => ExplainedAsync(
        async patience =>
        {
            using var response = await SendAsync(method, path, body, HttpCompletionOption.ResponseContentRead, isForAll, patience);
            return true;
        },
        _options.Patience,
        cancellationToken);

    /// <summary>Asks for something that comes in parts, each on a line.</summary>
    public async IAsyncEnumerable<T> StreamAsync<T>(string path, JsonTypeInfo<T> type, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var time = _options.PartPatience;
        using var response = await ExplainedAsync(
            patience => SendAsync(HttpMethod.Get, path, null, HttpCompletionOption.ResponseHeadersRead, isForAll: false, patience), time, cancellationToken);
        await using var stream = await ExplainedAsync(patience => response.Content.ReadAsStreamAsync(patience), time, cancellationToken);
        using var reader = new StreamReader(stream);
        while (await ExplainedAsync(patience => reader.ReadLineAsync(patience).AsTask(), time, cancellationToken) is { } line) yield return Read(Encoding.UTF8.GetBytes(line), type);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static async ValueTask<Stream> ConnectAsync(UnixDomainSocketEndPoint endPoint, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(endPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static ControlFailureKind KindOf(Exception error) => error switch
    {
        HttpRequestException { InnerException: SocketException { SocketErrorCode: SocketError.AccessDenied } } => ControlFailureKind.NotAllowed,
        HttpRequestException { InnerException: SocketException } => ControlFailureKind.NotRunning,
        OperationCanceledException => ControlFailureKind.Silent,
        _ => ControlFailureKind.Ended,
    };

    private async Task<T> ExplainedAsync<T>(Func<CancellationToken, Task<T>> step, TimeSpan time, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(time, _time);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        try
        {
            return await step(patience.Token);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException && !cancel.IsCancellationRequested)
        {
            throw _explain(new ControlFailure(KindOf(e), e));
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? body, HttpCompletionOption completion, bool isForAll, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        var response = await _http.SendAsync(request, completion, cancel);
        var isOurs = isForAll || (response.Headers.TryGetValues(ControlMessages.GenerationHeader, out var values) && values.First() == _options.Generation);
        if (response.IsSuccessStatusCode && isOurs) return response;
        using (response)
        {
            var failure = new ControlFailure(ControlFailureKind.OtherVersion, Status: response.StatusCode, Headers: response.Headers);
            if (!isOurs || response.StatusCode == HttpStatusCode.UpgradeRequired) throw _explain(failure);
            var problem = Read(await response.Content.ReadAsByteArrayAsync(cancel), ControlProblemJson.Default.ControlProblem, failure);
            throw _explain(failure with { Kind = ControlFailureKind.Refused, Message = problem.Message });
        }
    }

    private T Read<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> type, ControlFailure? failure = null)
    {
        failure ??= new ControlFailure(ControlFailureKind.OtherVersion);
        try
        {
            return JsonSerializer.Deserialize(json, type) ?? throw _explain(failure);
        }
        catch (JsonException e)
        {
            throw _explain(failure with { Cause = e });
        }
    }
}
