using System.Buffers.Binary;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Protocol.Relaying;
using Causeway.Tunnel.Protocol.Relaying.WebSockets;
using Causeway.Tunnel.Protocol.Wire;

namespace Causeway.Tunnel.Relays;

/// <summary>One connection from the upgrade to its end: the proofs, then records both ways, and PINGs.</summary>
internal sealed class RelayLinkDriver : IAsyncDisposable
{
    private const int MissedPings = 3;

    private static readonly TimeSpan GoodbyePatience = TimeSpan.FromSeconds(1);

    private readonly Stream _stream;
    private readonly RecordReceiver _input;
    private readonly RelayConnectionOptions _options;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _dead = new();
    private Exception? _problem;
    private long _heard;
    private bool _closed;

    public RelayLinkDriver(Stream stream, ReadOnlySpan<byte> rest, RelayConnectionOptions options, TimeProvider time)
    {
        (_stream, _options, _time) = (stream, options, time);
        _input = new RecordReceiver(stream, options.ReceiveBuffer, OnControlFrame);
        _input.Prepend(rest);
        Sender = new RelaySender(stream, options.SendBuffer, options.Random, Fail);
        _heard = time.GetTimestamp();
    }

    /// <summary>An answer to a PING: the time it took, and how busy the relay is.</summary>
    public event Action<TimeSpan, int>? Ponged;

    /// <summary>The relay closes within some time.</summary>
    public event Action<TimeSpan>? Draining;

    /// <summary>Sends.</summary>
    public RelaySender Sender { get; }

    /// <summary>Exchanges the proofs.</summary>
    /// <exception cref="RelayLinkException">They do not hold, or the relay refuses.</exception>
    public async Task ProveAsync(MemberLink proof, CancellationToken cancellationToken)
    {
        while (!proof.IsEstablished)
        {
            if (!_input.TryTake(out var record))
            {
                if (_closed || !await _input.ReadAsync(cancellationToken)) throw new TunnelException("the relay closed the connection before its proof");
                continue;
            }

            if (proof.OnRecord(record.Span) is not { } answer) continue;
            Sender.TryAdd(answer);
            Sender.Flush();
        }
    }

    /// <summary>Hands over what comes, until the connection ends; says why it did.</summary>
    public async Task<Exception> RunAsync(IRelayReceiver receiver, CancellationToken stop)
    {
        await using var pings = _time.CreateTimer(_ => Ping(), null, TimeSpan.Zero, _options.PingInterval);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, _dead.Token);
        try
        {
            do
            {
                while (_input.TryTake(out var record)) OnRecord(record, receiver);
                Interlocked.Exchange(ref _heard, _time.GetTimestamp());
                receiver.OnPause();
            }
            while (!_closed && await _input.ReadAsync(either.Token));
            return _problem ?? new TunnelException("the relay closed the connection");
        }
        catch (Exception e)
        {
            return _problem ?? (e is IOException ? new TunnelException($"the connection to the relay broke off: {e.Message}", e) : e);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_dead.IsCancellationRequested && !_closed) await SayGoodbyeAsync();
        Sender.End();
        await _stream.DisposeAsync();
        _input.Dispose();
        _dead.Dispose();
    }

    private async Task SayGoodbyeAsync()
    {
        Span<byte> status = [WebSocketFrame.NormalClosure >> 8, WebSocketFrame.NormalClosure & 0xff];
        Sender.SendControlFrame(WebSocketOpcode.Close, status);
        using var patience = new CancellationTokenSource(GoodbyePatience);
        try
        {
            // Until the relay has read all of it and closes, too.
            while (!_closed && await _input.ReadAsync(patience.Token))
            {
                while (_input.TryTake(out _))
                {
                    // Too late for it.
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException or RelayLinkException)
        {
            // It ends without.
        }
    }

    private void OnRecord(Memory<byte> record, IRelayReceiver receiver)
    {
        var span = record.Span;
        var body = span[RecordHeader.Size..];
        switch (RecordHeader.Read(span).Type)
        {
            case RecordType.Data:
                receiver.OnPayload(TunnelPeerId.Read(body[..TunnelPeerId.Size]), record[RecordHeader.DataPrefix..]);
                break;
            case RecordType.Unreachable when ControlRecords.TryReadUnreachable(body, out var peer, out var reason):
                receiver.OnUnreachable(peer, reason);
                break;
            case RecordType.Ping:
                Answer(BinaryPrimitives.ReadUInt64BigEndian(body));
                break;
            case RecordType.Pong when ControlRecords.TryReadPong(body, RecordSender.Relay, out var sent, out var load):
                var now = _time.GetTimestamp();
                if ((long)sent <= now) Ponged?.Invoke(_time.GetElapsedTime((long)sent, now), load);
                break;
            case RecordType.Drain:
                Draining?.Invoke(TimeSpan.FromSeconds(BinaryPrimitives.ReadUInt16BigEndian(body)));
                break;
            case RecordType.Refused:
                throw MemberLink.Refused(RelayRefused.Decode(body));
            default:
                throw new RelayLinkException(RelayRefusalCode.Malformed, "the relay says something that does not belong here");
        }
    }

    private void Answer(ulong value)
    {
        Span<byte> record = stackalloc byte[ControlRecords.MaxSize];
        Sender.TryAdd(record[..ControlRecords.WritePong(record, value, 0)]);
        Sender.Flush();
    }

    private void Ping()
    {
        var now = _time.GetTimestamp();
        if (_time.GetElapsedTime(Interlocked.Read(ref _heard), now) >= _options.PingInterval * MissedPings)
        {
            Fail(new TunnelException("the relay has not answered for too long"));
            return;
        }

        Span<byte> record = stackalloc byte[ControlRecords.MaxSize];
        Sender.TryAdd(record[..ControlRecords.WritePing(record, (ulong)now)]);
        Sender.Flush();
    }

    private void OnControlFrame(WebSocketOpcode opcode, ReadOnlyMemory<byte> payload)
    {
        if (opcode == WebSocketOpcode.Ping) Sender.SendControlFrame(WebSocketOpcode.Pong, payload.Span);
        else if (opcode == WebSocketOpcode.Close) _closed = true;
    }

    private void Fail(Exception problem)
    {
        Interlocked.CompareExchange(ref _problem, problem, null);
        try
        {
            _dead.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has ended already.
        }
    }
}
