using System.Buffers;
using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;

namespace Causeway.Gateway.Tests;

/// <summary>What a page does, over a real WebSocket.</summary>
internal sealed class TestPage : IDisposable
{
    /// <summary>How long a test waits for what must come. Long, so that a busy machine fails nothing.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 1000 };

    private readonly ClientWebSocket _socket = new();
    private readonly ConcurrentDictionary<long, TaskCompletionSource<JsonElement>> _pending = new();
    private readonly SemaphoreSlim _writing = new(1, 1);
    private long _nextId;

    public string PeerId { get; private set; } = "";

    public string PeerKey { get; private set; } = "";

    /// <summary>Pushes as they came.</summary>
    public Channel<string> Pushes { get; } = Channel.CreateUnbounded<string>();

    /// <summary>Completes with the close frame's status and reason, or null when the connection was cut.</summary>
    public Task<(WebSocketCloseStatus? Status, string? Reason)> Closed { get; private set; } = Task.FromResult<(WebSocketCloseStatus?, string?)>(default);

    /// <summary>Answers to frames without an ID of ours.</summary>
    public Channel<JsonElement> Unasked { get; } = Channel.CreateUnbounded<JsonElement>();

    public static async Task<TestPage> ConnectAsync(Uri address, Action<ClientWebSocketOptions>? configure = null, bool read = true)
    {
        var page = new TestPage();
        configure?.Invoke(page._socket.Options);
        await page._socket.ConnectAsync(address, CancellationToken.None).WaitAsync(Patience);
        if (read) page.StartReading();
        return page;
    }

    public void StartReading() => Closed = ReadAsync();

    public async Task CreatePeerAsync(string? key = null)
    {
        var result = await RequestAsync("peer", key is null ? "{}" : JsonSerializer.Serialize(new { peerkey = key }));
        PeerId = result.GetProperty("peerid").GetString()!;
        PeerKey = result.GetProperty("peerkey").GetString()!;
    }

    /// <summary>Sends a frame as it is.</summary>
    public async Task SendTextAsync(string frame) => await SendBytesAsync(Encoding.UTF8.GetBytes(frame), WebSocketMessageType.Text);

    public async Task SendBytesAsync(ReadOnlyMemory<byte> frame, WebSocketMessageType type, bool endOfMessage = true)
    {
        await _writing.WaitAsync();
        try
        {
            await _socket.SendAsync(frame, type, endOfMessage, CancellationToken.None);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Sends a request; the task completes with the whole response.</summary>
    public async Task<Task<JsonElement>> BeginAsync(string method, string parameters)
    {
        var id = Interlocked.Increment(ref _nextId);
        var source = _pending[id] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await SendTextAsync($$"""{"requestid":{{id}},"method":"{{method}}","params":{{parameters}},"isresponse":false}""");
        return source.Task;
    }

    /// <summary>Sends a request and gives its result; fails the test on an error.</summary>
    public async Task<JsonElement> RequestAsync(string method, string parameters = "{}")
    {
        var response = await (await BeginAsync(method, parameters)).WaitAsync(Patience);
        Assert.False(response.TryGetProperty("error", out var error), $"{method} failed: {error}");
        return response.GetProperty("result");
    }

    /// <summary>Sends a request that must fail.</summary>
    public async Task<(int Code, string Message)> RequestErrorAsync(string method, string parameters = "{}")
    {
        var response = await (await BeginAsync(method, parameters)).WaitAsync(Patience);
        Assert.True(response.TryGetProperty("error", out var error), $"{method} did not fail: {response}");
        return (error.GetProperty("code").GetInt32(), error.GetProperty("message").GetString()!);
    }

    /// <summary>The next push, whatever it is.</summary>
    public async Task<string> NextPushAsync() => await Pushes.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    /// <summary>The parameters of the next push of a method; others are skipped.</summary>
    public async Task<JsonElement> NextPushAsync(string method)
    {
        while (true)
        {
            var push = JsonDocument.Parse(await NextPushAsync(), Deep).RootElement;
            if (push.GetProperty("method").GetString() == method) return push.GetProperty("params");
        }
    }

    /// <summary>Asks again until the answer is as it should be; for what nothing announces.</summary>
    public static async Task<T> UntilAsync<T>(Func<Task<T>> ask, Predicate<T> isRight)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            var answer = await ask();
            if (isRight(answer)) return answer;
            Assert.False(patience.IsCancellationRequested, $"In the end it was {answer}.");
            await Task.Yield();
        }
    }

    /// <summary>Says goodbye, and waits until the gateway has, too. The reading loop takes its answer: two readers would take it from each other.</summary>
    public async Task CloseAsync()
    {
        await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None).WaitAsync(Patience);
        await Closed.WaitAsync(Patience);
    }

    public void Abort() => _socket.Abort();

    public void Dispose() => _socket.Dispose();

    private async Task<(WebSocketCloseStatus?, string?)> ReadAsync()
    {
        var buffer = new ArrayBufferWriter<byte>();
        try
        {
            while (true)
            {
                var part = await _socket.ReceiveAsync(buffer.GetMemory(64 * 1024), CancellationToken.None);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    if (_socket.State == WebSocketState.CloseReceived) await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);
                    break;
                }

                buffer.Advance(part.Count);
                if (!part.EndOfMessage) continue;
                Take(Encoding.UTF8.GetString(buffer.WrittenSpan));
                buffer.ResetWrittenCount();
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException or IOException)
        {
            // Cut off.
        }

        Pushes.Writer.TryComplete();
        foreach (var pending in _pending.Values) pending.TrySetException(new InvalidOperationException("The connection has ended."));
        return (_socket.CloseStatus, _socket.CloseStatusDescription);
    }

    private void Take(string frame)
    {
        var message = JsonDocument.Parse(frame, Deep).RootElement;
        if (!message.GetProperty("isresponse").GetBoolean()) Pushes.Writer.TryWrite(frame);
        else if (_pending.TryRemove(message.GetProperty("requestid").GetInt64(), out var pending)) pending.SetResult(message);
        else Unasked.Writer.TryWrite(message);
    }
}
