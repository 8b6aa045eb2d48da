using System.Net;
using System.Net.Sockets;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Transports.Tcp;

/// <summary>A listening TCP socket. Failing connections and exhausted descriptors do not end it.</summary>
internal sealed class TcpTransportListener : ITransportListener
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private readonly Socket _socket;
    private readonly Action<Socket> _prepare;
    private readonly TimeProvider _time;
    private readonly Action? _closed;
    private readonly CancellationTokenSource _stop = new();
    private volatile bool _disposed;

    public TcpTransportListener(Socket socket, Action<Socket> prepare, TimeProvider time, Action? closed = null)
    {
        _socket = socket;
        _prepare = prepare;
        _time = time;
        _closed = closed;
        Address = Multiaddress.FromTcp((IPEndPoint)socket.LocalEndPoint!);
    }

    public Multiaddress Address { get; }

    public async ValueTask<TransportConnection?> AcceptAsync(CancellationToken cancellationToken)
    {
        var pause = FirstPause;
        while (!_disposed)
        {
            Socket? accepted = null;
            try
            {
                accepted = await _socket.AcceptAsync(cancellationToken);
                _prepare(accepted);
                return new TcpConnection(accepted);
            }
            catch (SocketException error) when (_disposed || (accepted is null && SocketErrors.IsClosed(error)))
            {
                accepted?.Dispose();
                return null;
            }
            catch (SocketException error) when (accepted is null && SocketErrors.IsExhaustion(error))
            {
                // accept() fails at once as long as no descriptor is free: without a pause this loop would burn a core.
                if (!await PauseAsync(pause, cancellationToken)) return null;
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
            catch (SocketException)
            {
                // The other end left before it was accepted; the next one is fine.
                accepted?.Dispose();
            }
            catch (ObjectDisposedException) when (_disposed)
            {
                accepted?.Dispose();
                return null;
            }
        }

        return null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed) return;
        _disposed = true;
        _closed?.Invoke();
        await _stop.CancelAsync();
        _socket.Dispose();
    }

    private async Task<bool> PauseAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(pause, _time, _stop.Token);
        }
        catch (OperationCanceledException)
        {
            return false;
        }

        cancellationToken.ThrowIfCancellationRequested();
        return true;
    }
}
