using System.Net;
using System.Net.Sockets;

namespace Causeway.Network.PortMappings.Gateways;

/// <summary>Asks a router over UDP, the same again until it answers (RFC 6886 §3.1, RFC 6887 §8.1.1).</summary>
/// <remarks>The RFCs' patience is a minute and more, for routers beyond bad links. A router that is there answers within milliseconds: five requests in eight seconds do.</remarks>
internal sealed class ControlSocket(IPEndPoint router, IPAddress local, TimeProvider time)
{
    /// <summary>The port of PCP and NAT-PMP routers.</summary>
    public const int Port = 5351;

    // RFC 6887 §7: at most 1100 bytes.
    private const int MaxDatagram = 1100;
    private const int Requests = 5;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);

    /// <summary>Asks.</summary>
    /// <param name="request">The datagram.</param>
    /// <param name="read">Reads an answer; null if it is the answer to something else, and is passed over.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="GatewayException">No answer.</exception>
    public async Task<T> AskAsync<T>(ReadOnlyMemory<byte> request, Func<ReadOnlyMemory<byte>, T?> read, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

            // Connected, so that the kernel passes on only what comes from the router.
            socket.Bind(new IPEndPoint(local, 0));
            await socket.ConnectAsync(router, cancellationToken);
            var pause = FirstPause;
            for (var sent = 0; sent < Requests; sent++, pause *= 2)
            {
                await socket.SendAsync(request, cancellationToken);
                using var timeout = new CancellationTokenSource(pause, time);
                using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
                if (await ReceiveAsync(socket, read, patience.Token) is { } answer) return answer;
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
        catch (SocketException exception)
        {
            throw new GatewayException($"{router.Address} cannot be asked ({exception.SocketErrorCode})", exception);
        }

        throw new GatewayException($"{router.Address} does not answer");
    }

    private static async Task<T?> ReceiveAsync<T>(Socket socket, Func<ReadOnlyMemory<byte>, T?> read, CancellationToken cancellationToken)
        where T : class
    {
        var buffer = new byte[MaxDatagram + 1];
        try
        {
            while (true)
            {
                var length = await socket.ReceiveAsync(buffer, cancellationToken);
                if (read(buffer.AsMemory(0, length)) is { } answer) return answer;
            }
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }
}
