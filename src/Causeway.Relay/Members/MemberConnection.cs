using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using Causeway.Relay.Admission;
using Causeway.Relay.Outputs;
using Causeway.Relay.Queues;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Protocol.Relaying;
using Causeway.Tunnel.Protocol.Relaying.WebSockets;

namespace Causeway.Relay.Members;

/// <summary>
/// One connection: first its proof, then its records. Between two reads it holds nothing but a few numbers; a record on its way lies in the queue of its
/// destination, unmasked while it was copied there.
/// </summary>
internal sealed partial class MemberConnection : IDisposable
{
    // Then others get their turn on this thread.
    private const int MaxBytesInARow = 512 * 1024;

    private static readonly TimeSpan LastWordsPatience = TimeSpan.FromSeconds(1);

    private readonly RelayCore _core;
    private readonly PipeReader _input;
    private readonly MemberOutput _output;
    private readonly IPEndPoint? _address;
    private readonly CancellationTokenSource _ended = new();
    private readonly long _started;
    private WebSocketFrameReader _frames = new(isServer: true);
    private RecordParser _parser = new(RecordSender.Member);
    private string _reason = "it closed the connection";
    private int _refused;
    private volatile bool _isAborted;

    public MemberConnection(RelayCore core, PipeReader input, MemberOutput firstOutput, MemberOutput output, IPEndPoint? address)
    {
        (_core, _input, _output, _address) = (core, input, output, address);
        Number = core.NextNumber();
        Outbox = new Outbox(new FairQueue(core.Chunks, core.Limits), firstOutput, core.Metrics, e => Abort(e?.Message ?? "sending failed"));
        _started = core.Time.GetTimestamp();
        _heard = _started;
        _link = new ServerLink(core.Key, core.Random);
    }

    /// <summary>Unique in the life of the relay.</summary>
    public ulong Number { get; }

    /// <summary>Who it is; only after its proof.</summary>
    public TunnelPeerId Peer { get; private set; }

    /// <summary>Whether it has proved who it is.</summary>
    public bool IsProved { get; private set; }

    /// <summary>What it will receive.</summary>
    public Outbox Outbox { get; }

    /// <summary>Why it ended.</summary>
    public string Reason => _reason;

    /// <summary>Serves the connection until it ends.</summary>
    public async Task RunAsync()
    {
        Outbox.TrySendControl(_link!.Hello(_core.Time.GetUtcNow(), _core.Load.Value));
        try
        {
            await ReadAllAsync();
        }
        catch (RelayLinkException e)
        {
            Refuse(e.Code, e.Message);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or InvalidOperationException)
        {
            // Ended by Abort or Refuse, or by the other side without a word.
        }
        finally
        {
            await EndAsync();
        }
    }

    /// <summary>Ends the connection after telling the member why.</summary>
    public void Refuse(RelayRefusalCode code, string text, TimeSpan retryAfter = default)
    {
        if (Interlocked.Exchange(ref _refused, 1) != 0) return;
        _reason = text;
        _core.Metrics.Refused((int)code);
        var seconds = (ushort)Math.Clamp(retryAfter.TotalSeconds, 0, ushort.MaxValue);
        var status = code == RelayRefusalCode.Malformed ? WebSocketFrame.ProtocolError : WebSocketFrame.NormalClosure;
        Outbox.End(new RelayRefused(code, seconds, text).Encode(), status);
        StopReading();
    }

    /// <summary>Ends the connection at once.</summary>
    public void Abort(string reason)
    {
        if (Interlocked.Exchange(ref _refused, 1) == 0) _reason = reason;
        Outbox.Close();
        _isAborted = true;
        _output.Abort();
        StopReading();
    }

    /// <summary>Looks whether it has been silent for too long, or is not served any more; called every second.</summary>
    public void Check(long now)
    {
        if (!IsProved)
        {
            if (_core.Time.GetElapsedTime(_started, now) >= _core.Options.AuthTimeout) Refuse(RelayRefusalCode.Idle, $"no proof within {_core.Options.AuthTimeout.TotalSeconds:0} seconds");
        }
        else if (_core.Time.GetElapsedTime(Interlocked.Read(ref _heard), now) >= _core.Options.IdleLimit)
        {
            Refuse(RelayRefusalCode.Idle, $"nothing heard for {_core.Options.IdleLimit.TotalSeconds:0} seconds");
        }
        else if (_core.Allowed?.Contains(Peer) == false)
        {
            // The list has changed since its proof.
            Refuse(RelayRefusalCode.NotAllowed, NotServed);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _ended.Dispose();

    private async Task ReadAllAsync()
    {
        using var cancelling = _ended.Token.UnsafeRegister(static input => ((PipeReader)input!).CancelPendingRead(), _input);
        var inARow = 0L;
        while (true)
        {
            var read = _input.TryRead(out var ready) ? ready : await _input.ReadAsync();
            if (_ended.IsCancellationRequested)
            {
                _input.AdvanceTo(read.Buffer.End);
                return;
            }

            var (result, used) = ReadSomeAndForward(read.Buffer);
            _input.AdvanceTo(read.Buffer.GetPosition(used));
            inARow += used;
            if (result != ReadResult.Done) await DealWithAsync(result);
            if (result == ReadResult.Closed || (read.IsCompleted && used == read.Buffer.Length)) return;
            if (inARow < MaxBytesInARow) continue;
            inARow = 0;
            await Task.Yield();
        }
    }

    private (ReadResult Result, long Used) ReadSomeAndForward(ReadOnlySequence<byte> buffer)
    {
        try
        {
            return ReadSome(buffer);
        }
        catch (RelayLinkException)
        {
            // Its last words are sent while more is read, which the pipe allows only after this.
            _input.AdvanceTo(buffer.End);
            throw;
        }
        finally
        {
            Outboxes.Flush();
        }
    }

    private (ReadResult Result, long Used) ReadSome(ReadOnlySequence<byte> buffer)
    {
        var total = 0L;
        foreach (var segment in buffer)
        {
            var result = ReadFrames(segment.Span, out var used);
            total += used;
            if (!IsProved) CountBeforeProof(used);
            if (result != ReadResult.Done) return (result, total);
        }

        return (ReadResult.Done, total);
    }

    private ReadResult ReadFrames(ReadOnlySpan<byte> input, out int used)
    {
        used = 0;
        while (used < input.Length)
        {
            if (!_frames.HasFrame)
            {
                used += _frames.Read(input[used..]);
                if (!_frames.HasFrame) break;
            }

            var payload = input[used..];
            if (payload.Length > _frames.Remaining) payload = payload[..(int)_frames.Remaining];
            int taken;
            ReadResult result;
            if (_frames.IsControl) result = ReadControlFrame(payload, out taken);
            else result = ReadRecords(payload, out taken);
            used += taken;
            _frames.Take(taken);
            if (result != ReadResult.Done) return result;
        }

        return ReadResult.Done;
    }

    private async Task DealWithAsync(ReadResult result)
    {
        switch (result)
        {
            case ReadResult.AuthReady:
                await VerifyAsync();
                break;
            case ReadResult.QueueFull:
                await WaitForQueueAsync();
                break;
            case ReadResult.OverQuota:
                await Task.Delay(_quotaWait, _core.Time, _ended.Token);
                break;
        }
    }

    private async Task EndAsync()
    {
        if (IsProved) _core.Members.Leave(this);
        DropReservation();
        if (_refused == 0) Outbox.End([], WebSocketFrame.NormalClosure);

        await LastWordsAsync();
        Outbox.Close();
        ReturnAuth();
    }

    // A socket that is closed with something unread takes back what it has sent last. So what still comes is read, for a moment; who does not read is not waited for.
    private async Task LastWordsAsync()
    {
        if (_isAborted) return;
        using var patience = new CancellationTokenSource(LastWordsPatience, _core.Time);
        try
        {
            await Outbox.Ended.WaitAsync(patience.Token);
            if (_refused == 0) return;
            while (true)
            {
                var read = await _input.ReadAsync(patience.Token);
                if (read.IsCompleted) return;
                _input.AdvanceTo(read.Buffer.End);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or InvalidOperationException)
        {
            // Enough.
        }
    }

    private void StopReading()
    {
        try
        {
            _ended.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has ended meanwhile.
        }
    }
}
