using System.Net;
using System.Net.Sockets;

namespace Causeway.Tunnel.Tests.Daemon;

/// <summary>A way to a relay that can be blocked: then nothing is read any more, as if the relay were overwhelmed.</summary>
internal sealed class StallingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _pumps = [];
    private readonly Task _accepting;
    private readonly int _target;
    private TaskCompletionSource _open = new();

    public StallingProxy(int target)
    {
        _target = target;
        _open.SetResult();
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Reads nothing more from members.</summary>
    public void Block() => _open = new TaskCompletionSource();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _open.TrySetResult();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_pumps);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var member = await _listener.AcceptTcpClientAsync(_stop.Token);
                var relay = new TcpClient();
                await relay.ConnectAsync(IPAddress.Loopback, _target, _stop.Token);
                _pumps.Add(PumpAsync(member, relay, canBlock: true));
                _pumps.Add(PumpAsync(relay, member, canBlock: false));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The end.
        }
    }

    private async Task PumpAsync(TcpClient from, TcpClient to, bool canBlock)
    {
        try
        {
            var buffer = new byte[16 * 1024];
            while (true)
            {
                if (canBlock) await _open.Task.WaitAsync(_stop.Token);
                var count = await from.GetStream().ReadAsync(buffer, _stop.Token);
                if (count == 0) break;
                await to.GetStream().WriteAsync(buffer.AsMemory(0, count), _stop.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // One of the two has gone.
        }

        from.Dispose();
        to.Dispose();
    }
}
