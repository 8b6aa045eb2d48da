using System.Net;
using System.Net.Sockets;

namespace Causeway.Network.Stun.Discovery;

/// <summary>A UDP socket that carries nothing but STUN.</summary>
internal sealed class StunSocket : IStunSocket
{
    private readonly Socket _socket;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _receiving;
    private Action<StunMessage>? _onRequest;

    public StunSocket(AddressFamily family, StunClientOptions options, TimeProvider time)
    {
        _socket = new Socket(family, SocketType.Dgram, ProtocolType.Udp);
        _socket.Bind(new IPEndPoint(family == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0));
        Client = new StunClient(SendAsync, options, time);
        _receiving = Task.Run(ReceiveAsync);
    }

    public StunClient Client { get; }

    public IPEndPoint LocalEndPoint(IPEndPoint destination)
    {
        // Connecting a UDP socket sends nothing: it asks the kernel for the way.
        using var probe = new Socket(destination.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        probe.Connect(destination);
        return new IPEndPoint(((IPEndPoint)probe.LocalEndPoint!).Address, ((IPEndPoint)_socket.LocalEndPoint!).Port);
    }

    public void OnRequest(Action<StunMessage> received) => Volatile.Write(ref _onRequest, received);

    public async ValueTask SendAsync(ReadOnlyMemory<byte> datagram, IPEndPoint to, CancellationToken cancellationToken) => await _socket.SendToAsync(datagram, to, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _receiving;
        _socket.Dispose();
        _stop.Dispose();
    }

    private async Task ReceiveAsync()
    {
        var anyone = new IPEndPoint(_socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        var buffer = new byte[StunMessage.MaxLength + 1];
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var received = await _socket.ReceiveFromAsync(buffer, anyone, _stop.Token);
                var datagram = buffer.AsMemory(0, received.ReceivedBytes);
                if (Client.Process(datagram.Span, (IPEndPoint)received.RemoteEndPoint)) continue;
                if (StunMessage.TryDecode(datagram.Span, out var message) && message.Class == StunClass.Request) Volatile.Read(ref _onRequest)?.Invoke(message);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (SocketException)
            {
                // As if the datagram had been lost.
            }
        }
    }
}
