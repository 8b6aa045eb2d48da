using System.Net.Sockets;
using Causeway.Relay.Queues;

namespace Causeway.Relay.Outputs;

/// <summary>
/// Straight into the socket, past the server's pipe: one system call for a batch, from where its records lie. The server is silent after the upgrade, so nobody
/// else writes.
/// </summary>
internal sealed class SocketOutput : MemberOutput
{
    // <linux/tcp.h>: the socket takes no more while this much was not sent yet. So what waits does so where senders take turns.
    private const int TcpNotSentLowWater = 25;

    private const int NotSentBytes = 512 * 1024;

    private readonly Socket _socket;
    private readonly Action _abort;

    public SocketOutput(Socket socket, Action abort)
    {
        (_socket, _abort) = (socket, abort);
        socket.NoDelay = true;
        if (OperatingSystem.IsLinux()) socket.SetRawSocketOption((int)SocketOptionLevel.Tcp, TcpNotSentLowWater, BitConverter.GetBytes(NotSentBytes));
    }

    /// <inheritdoc/>
    public override ValueTask SendAsync(SendBatch batch)
    {
        var operation = SocketSend.Rent();
        var sending = operation.SendAsync(_socket, batch.Segments);
        if (!sending.IsCompletedSuccessfully) return AwaitAsync(sending, operation);
        sending.GetAwaiter().GetResult();
        operation.Return();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public override void Abort() => _abort();

    private static async ValueTask AwaitAsync(ValueTask sending, SocketSend operation)
    {
        try
        {
            await sending;
        }
        finally
        {
            operation.Return();
        }
    }
}
