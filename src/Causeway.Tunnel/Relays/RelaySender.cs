using Causeway.Cryptography.Secrets;
using Causeway.Tunnel.Protocol.Relaying.WebSockets;

namespace Causeway.Tunnel.Relays;

/// <summary>
/// The sending half of a connection. Any thread adds records; whoever flushes first sends them, in its own call if the socket takes them at once, and with them
/// all that others add meanwhile.
/// </summary>
internal sealed class RelaySender(Stream stream, int capacity, RandomSource random, Action<Exception> onFailure)
{
    private readonly Lock _lock = new();
    private SendBuffer _filling = new(capacity, random);
    private SendBuffer _sending = new(capacity, random);
    private TaskCompletionSource? _room;
    private byte[]? _controlFrame;
    private bool _isSending;
    private bool _ended;

    /// <summary>Takes a record.</summary>
    public SendResult TryAdd(ReadOnlySpan<byte> record)
    {
        lock (_lock)
        {
            if (_ended) return SendResult.NotConnected;
            return _filling.TryAdd(record) ? SendResult.Taken : SendResult.Full;
        }
    }

    /// <summary>Completed when there is room for so many bytes, or the connection has ended.</summary>
    public Task WhenRoom(int length)
    {
        lock (_lock)
        {
            if (_ended || _filling.HasRoom(length)) return Task.CompletedTask;
            _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _room.Task;
        }
    }

    /// <summary>Answers a ping of the server, or says goodbye.</summary>
    public void SendControlFrame(WebSocketOpcode opcode, ReadOnlySpan<byte> payload)
    {
        Span<byte> key = stackalloc byte[4];
        random.Fill(key);
        var mask = new WebSocketMask(BitConverter.ToUInt32(key));
        var frame = new byte[6 + payload.Length];
        WebSocketFrame.WriteHeader(frame, opcode, payload.Length, mask);
        mask.Copy(payload, frame.AsSpan(6));
        lock (_lock) _controlFrame = frame;
        Flush();
    }

    /// <summary>Sends what was added, if nobody is sending; who is, sends it, too.</summary>
    public void Flush()
    {
        lock (_lock)
        {
            if (_isSending || _ended || !HasWork) return;
            _isSending = true;
        }

        _ = SendAsync();
    }

    /// <summary>Takes nothing more.</summary>
    public void End()
    {
        TaskCompletionSource? room;
        lock (_lock)
        {
            _ended = true;
            room = _room;
            _room = null;
        }

        room?.TrySetResult();
    }

    private bool HasWork => _filling.Length > 0 || _controlFrame is not null;

    private async Task SendAsync()
    {
        try
        {
            while (TryTake(out var message, out var controlFrame))
            {
                // In this order: the control frame may be the goodbye.
                if (!message.IsEmpty) await stream.WriteAsync(message);
                if (controlFrame is not null) await stream.WriteAsync(controlFrame);
            }
        }
        catch (Exception e)
        {
            End();
            onFailure(e);
        }
    }

    private bool TryTake(out ReadOnlyMemory<byte> message, out byte[]? controlFrame)
    {
        TaskCompletionSource? room;
        lock (_lock)
        {
            (message, controlFrame) = (default, _controlFrame);
            _controlFrame = null;
            _sending.Clear();
            if (_filling.Length == 0 && controlFrame is null)
            {
                _isSending = false;
                return false;
            }

            if (_filling.Length > 0)
            {
                (_filling, _sending) = (_sending, _filling);
                message = _sending.Finish();
            }

            room = _room;
            _room = null;
        }

        room?.TrySetResult();
        return true;
    }
}
