using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Network.Stun;

/// <summary>
/// A STUN server over UDP (RFC 8489): tells clients the address under which it sees them, and, with a second address and port, lets them discover how
/// their NAT behaves (RFC 5780). No authentication, no other methods; rate-limited per source. It keeps nothing of a client.
/// </summary>
public sealed class StunServer : IAsyncDisposable
{
    // Where the kernel has chosen the ports, its choice for one address may be taken at the other.
    private const int BindAttempts = 16;

    // A failure may be one datagram's or the socket's end: in a row they are waited out ever longer, so that a broken socket costs next to nothing and one that mends is served again.
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LastPause = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly List<Listener> _listeners = [];
    private readonly SourceLimiter _limiter;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly StunReceive _receive;
    private readonly Task _running;

    private StunServer(StunServerOptions options, TimeProvider time, ILogger logger, StunReceive receive)
    {
        _time = time;
        _receive = receive;
        _limiter = new SourceLimiter(options.AnswersPerSecond, options.Burst, time);
        _logger = logger;
        try
        {
            foreach (var pair in options.EndPoints) _listeners.Add(Listener.Open(pair));
        }
        catch
        {
            foreach (var listener in _listeners) listener.Dispose();
            _stop.Dispose();
            throw;
        }

        EndPoints = [.. _listeners.Select(l => l.Pair)];
        _running = Task.WhenAll(_listeners.SelectMany(l => l.Sockets.Keys.Select(socket => Task.Run(() => ServeAsync(l, socket)))));
    }

    /// <summary>Where it listens, with the ports that the system has chosen where port 0 was asked for.</summary>
    public IReadOnlyList<StunServerEndPoint> EndPoints { get; }

    /// <summary>Starts a server; it answers when this returns.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="SocketException">An address is not this machine's, or a port is taken.</exception>
    public static StunServer Start(StunServerOptions? options = null, TimeProvider? timeProvider = null, ILoggerFactory? loggerFactory = null) =>
        Start(options, timeProvider, loggerFactory, static (socket, buffer, anyone, cancel) => socket.ReceiveFromAsync(buffer, anyone, cancel));

    /// <summary>As above, with another way to receive.</summary>
    internal static StunServer Start(StunServerOptions? options, TimeProvider? timeProvider, ILoggerFactory? loggerFactory, StunReceive receive)
    {
        options ??= new StunServerOptions();
        options.Validate();
        return new StunServer(options, timeProvider ?? TimeProvider.System, (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger<StunServer>(), receive);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        foreach (var listener in _listeners) listener.Dispose();
        _stop.Dispose();
    }

    private async Task ServeAsync(Listener listener, StunChange which)
    {
        var socket = listener.Sockets[which];
        var anyone = new IPEndPoint(socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        var buffer = new byte[StunMessage.MaxLength + 1];
        var pause = TimeSpan.Zero;
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                try
                {
                    var received = await _receive(socket, buffer, anyone, _stop.Token);
                    pause = TimeSpan.Zero;
                    await AnswerAsync(listener, which, buffer.AsMemory(0, received.ReceivedBytes), (IPEndPoint)received.RemoteEndPoint);
                }
                catch (SocketException exception)
                {
                    if (pause == TimeSpan.Zero) StunLog.NotReceived(_logger, socket.LocalEndPoint, exception.SocketErrorCode);
                    pause = TimeSpan.FromTicks(Math.Clamp(2 * pause.Ticks, FirstPause.Ticks, LastPause.Ticks));
                    await Task.Delay(pause, _time, _stop.Token);
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Stopped.
        }
    }

    private async ValueTask AnswerAsync(Listener listener, StunChange which, ReadOnlyMemory<byte> datagram, IPEndPoint client)
    {
        if (!StunMessage.IsStun(datagram.Span) || !_limiter.TryTake(client.Address)) return;
        if (listener.Responder.Respond(datagram.Span, client, which) is not { } reply) return;
        try
        {
            await listener.Sockets[reply.From].SendToAsync(reply.Answer, client, _stop.Token);
        }
        catch (SocketException exception)
        {
            // A client that cannot be reached is not the server's trouble.
            StunLog.NotAnswered(_logger, exception.SocketErrorCode);
        }
    }

    /// <summary>The socket of an address, or the four of two addresses.</summary>
    private sealed class Listener(StunServerEndPoint pair, Dictionary<StunChange, Socket> sockets) : IDisposable
    {
        public StunServerEndPoint Pair { get; } = pair;

        public Dictionary<StunChange, Socket> Sockets { get; } = sockets;

        public StunResponder Responder { get; } = new(pair);

        public static Listener Open(StunServerEndPoint pair)
        {
            for (var attempt = 1; ; attempt++)
            {
                Dictionary<StunChange, Socket> sockets = [];
                try
                {
                    var primary = Bind(sockets, StunChange.None, pair.Primary);
                    if (pair.Other is null) return new Listener(new StunServerEndPoint(primary), sockets);
                    var other = Bind(sockets, StunChange.Address | StunChange.Port, pair.Other);
                    Bind(sockets, StunChange.Port, new IPEndPoint(primary.Address, other.Port));
                    Bind(sockets, StunChange.Address, new IPEndPoint(other.Address, primary.Port));
                    return new Listener(new StunServerEndPoint(primary, other), sockets);
                }
                catch (SocketException) when (attempt < BindAttempts && (pair.Primary.Port == 0 || pair.Other?.Port == 0))
                {
                    foreach (var socket in sockets.Values) socket.Dispose();
                }
                catch
                {
                    foreach (var socket in sockets.Values) socket.Dispose();
                    throw;
                }
            }
        }

        public void Dispose()
        {
            foreach (var socket in Sockets.Values) socket.Dispose();
        }

        private static IPEndPoint Bind(Dictionary<StunChange, Socket> sockets, StunChange which, IPEndPoint endPoint)
        {
            var socket = new Socket(endPoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            sockets.Add(which, socket);
            if (endPoint.AddressFamily == AddressFamily.InterNetworkV6) socket.DualMode = false;
            socket.Bind(endPoint);
            return (IPEndPoint)socket.LocalEndPoint!;
        }
    }
}
