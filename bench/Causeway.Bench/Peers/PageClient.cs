using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json;
using System.Threading.Channels;

namespace Causeway.Bench.Peers;

/// <summary>The least that a page does: requests, answers and pushes over one WebSocket.</summary>
internal sealed class PageClient : IAsyncDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonElement>> _pending = new();
    private readonly Channel<byte[]> _outbound = Channel.CreateBounded<byte[]>(4096);
    private Task _running = Task.CompletedTask;
    private int _nextId;

    public string PeerId { get; private set; } = "";

    public Action<string> OnPush { get; set; } = _ => { };

    public static async Task<PageClient> OpenAsync(string address)
    {
        var client = new PageClient();
        await client._socket.ConnectAsync(new Uri(address), CancellationToken.None);
        client._running = Task.WhenAll(Task.Run(client.ReadAsync), Task.Run(client.WriteAsync));
        return client;
    }

    public static async Task<PageClient> ConnectAsync(string address)
    {
        var client = await OpenAsync(address);
        client.PeerId = (await client.RequestAsync("peer", new { })).GetProperty("peerid").GetString()!;
        return client;
    }

    public Task<JsonElement> RequestAsync(string method, object parameters)
    {
        var answered = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        var id = Interlocked.Increment(ref _nextId);
        _pending[id] = answered;
        Enqueue(id, method, parameters);
        return answered.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    /// <summary>Sends a request whose answer nobody waits for.</summary>
    public void Post(string method, object parameters) => Enqueue(Interlocked.Increment(ref _nextId), method, parameters);

    public async ValueTask DisposeAsync()
    {
        _outbound.Writer.TryComplete();
        _socket.Abort();
        await _running;
        _socket.Dispose();
    }

    private void Enqueue(int id, string method, object parameters)
    {
        var frame = JsonSerializer.SerializeToUtf8Bytes(new { requestid = id, method, @params = parameters, isresponse = false });
        if (!_outbound.Writer.TryWrite(frame)) throw new InvalidOperationException("The gateway reads too slowly.");
    }

    private async Task WriteAsync()
    {
        try
        {
            await foreach (var frame in _outbound.Reader.ReadAllAsync())
                await _socket.SendAsync(frame, WebSocketMessageType.Text, true, CancellationToken.None);
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Closed.
        }
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[65536];
        try
        {
            while (true)
            {
                var length = 0;
                ValueWebSocketReceiveResult result;
                do
                {
                    result = await _socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
                    if (result.MessageType == WebSocketMessageType.Close) return;
                    length += result.Count;
                }
                while (!result.EndOfMessage);

                using var document = JsonDocument.Parse(buffer.AsMemory(0, length));
                var root = document.RootElement;
                if (!root.GetProperty("isresponse").GetBoolean()) OnPush(root.GetProperty("method").GetString()!);
                else if (_pending.TryRemove(root.GetProperty("requestid").GetInt32(), out var pending)) Answer(pending, root);
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Closed.
        }
    }

    private static void Answer(TaskCompletionSource<JsonElement> pending, JsonElement root)
    {
        if (root.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object)
            pending.TrySetException(new InvalidOperationException(error.GetProperty("message").GetString()));
        else
            pending.TrySetResult(root.GetProperty("result").Clone());
    }
}
