using System.Buffers.Binary;
using Causeway.Relay.Admission;
using Causeway.Relay.Queues;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Protocol.Relaying;
using Causeway.Tunnel.Protocol.Relaying.WebSockets;

namespace Causeway.Relay.Members;

/// <content>What a member says once it has proved who it is.</content>
internal sealed partial class MemberConnection
{
    private TokenBucket _byteQuota;
    private TokenBucket _frameQuota;
    private TimeSpan _quotaWait;
    private BlockList? _blocks;
    private UnreachableLimit? _unreachable;
    private MemberConnection? _destination;
    private Reservation _reservation;
    private int _written;
    private bool _begun;
    private bool _patienceOver;
    private long _waitingSince;
    private long _heard;
    private long _frameCount;
    private long _byteCount;
    private byte[]? _controlFrame;
    private int _controlLength;

    private ReadResult ReadRecords(ReadOnlySpan<byte> payload, out int taken)
    {
        taken = 0;
        while (taken < payload.Length || _parser.HasPrefix)
        {
            if (!_parser.HasPrefix)
            {
                taken += _parser.Read(payload[taken..], ref _frames.Mask);
                if (!_parser.HasPrefix) break;
                if (!IsProved && _parser.Header.Type != RecordType.Auth) throw new RelayLinkException(RelayRefusalCode.Malformed, "the proof must come first");
            }

            var result = ReadBody(payload[taken..], out var used);
            taken += used;
            if (result != ReadResult.Done) return result;
            if (_parser.HasPrefix) break;
        }

        Report();
        return ReadResult.Done;
    }

    private ReadResult ReadBody(ReadOnlySpan<byte> payload, out int used)
    {
        used = 0;
        switch (_parser.Header.Type)
        {
            case RecordType.Data:
                return ReadData(payload, out used);
            case RecordType.Auth when !IsProved && _authLength < MemberAuth.BodySize:
                return ReadAuth(payload, out used);
            case RecordType.Ping:
                OnPing(BinaryPrimitives.ReadUInt64BigEndian(_parser.ControlBody));
                break;
            case RecordType.Pong when ControlRecords.TryReadPong(_parser.ControlBody, RecordSender.Member, out _, out _):
                break;
            case RecordType.Block when ControlRecords.TryReadBlock(_parser.ControlBody, out var peer, out var time):
                (_blocks ??= new BlockList(_core.Options.MaxBlocks, _core.Time)).Set(peer, time);
                break;
            default:
                throw new RelayLinkException(RelayRefusalCode.Malformed, "a record that does not belong here");
        }

        Interlocked.Exchange(ref _heard, _core.Time.GetTimestamp());
        var length = _parser.Header.RecordLength;
        _parser.Next();
        return Count(length);
    }

    private ReadResult ReadData(ReadOnlySpan<byte> payload, out int used)
    {
        used = 0;
        if (!_begun)
        {
            var result = Begin();
            if (result != ReadResult.Done) return result;
            _begun = true;
        }

        used = Math.Min(_parser.Remaining, payload.Length);
        if (_destination is null)
        {
            _frames.Mask.Skip(used);
        }
        else
        {
            _frames.Mask.Copy(payload[..used], _reservation.Span[_written..]);
            _written += used;
        }

        _parser.Take(used);
        if (_parser.Remaining == 0) Complete();
        return ReadResult.Done;
    }

    private ReadResult Begin()
    {
        var result = FindRoom();
        if (result != ReadResult.Done) return result;
        TakeQuota(_parser.Header.RecordLength);
        (_waitingSince, _patienceOver) = (0, false);
        return ReadResult.Done;
    }

    // Header and destination are known: where does the record go?
    private ReadResult FindRoom()
    {
        var header = _parser.Header;
        if (!HasQuota()) return ReadResult.OverQuota;
        var peer = TunnelPeerId.Read(_parser.Prefix[RecordHeader.Size..]);
        if (_core.Members.Find(peer) is not { } destination) return Unreachable(peer, UnreachableReason.NotConnected);
        if (destination._blocks?.Contains(Peer) == true) return Unreachable(peer, UnreachableReason.NotAccepting);
        switch (destination.Outbox.TryReserve(Number, header.RecordLength, mayWait: !_patienceOver, out _reservation))
        {
            case ReserveResult.Reserved:
                // The source takes the destination's place.
                header.Write(_reservation.Span);
                Peer.CopyTo(_reservation.Span[RecordHeader.Size..]);
                _written = RecordHeader.DataPrefix;
                _destination = destination;
                break;
            case ReserveResult.Wait:
                _destination = destination;
                return ReadResult.QueueFull;
            case ReserveResult.Closed:
                return Unreachable(peer, UnreachableReason.NotConnected);
            default:
                _core.Metrics.Dropped(DropReason.QueueFull);
                break;
        }

        return ReadResult.Done;
    }

    private void Complete()
    {
        if (_destination is { } destination)
        {
            destination.Outbox.Commit(_reservation);
            Outboxes.Add(destination.Outbox);
            _frameCount++;
            _byteCount += _reservation.Length;
        }

        (_destination, _reservation, _begun) = (null, default, false);
        _parser.Next();
    }

    private ReadResult Unreachable(TunnelPeerId peer, UnreachableReason reason)
    {
        _core.Metrics.Dropped(reason == UnreachableReason.NotConnected ? DropReason.NotConnected : DropReason.Blocked);
        if (!(_unreachable ??= new UnreachableLimit(_core.Time)).TryTake(peer)) return ReadResult.Done;
        Span<byte> record = stackalloc byte[ControlRecords.MaxSize];
        Say(record[..ControlRecords.WriteUnreachable(record, peer, reason)]);
        _core.Metrics.SaidUnreachable();
        return ReadResult.Done;
    }

    private void TakeQuota(int bytes)
    {
        _byteQuota.Take(bytes);
        _frameQuota.Take(1);
    }

    // What is no record of others costs the relay as much: it counts, too, after it has been dealt with.
    private ReadResult Count(int bytes)
    {
        if (!IsProved) return ReadResult.Done;
        TakeQuota(bytes);
        return HasQuota() ? ReadResult.Done : ReadResult.OverQuota;
    }

    private bool HasQuota()
    {
        if (!_byteQuota.IsLimited && !_frameQuota.IsLimited) return true;
        var now = _core.Time.GetTimestamp();
        var (forBytes, forFrames) = (_byteQuota.Wait(now), _frameQuota.Wait(now));
        _quotaWait = forBytes > forFrames ? forBytes : forFrames;
        if (_quotaWait <= TimeSpan.Zero) return true;

        // No finer than timers are.
        if (_quotaWait < TimeSpan.FromMilliseconds(1)) _quotaWait = TimeSpan.FromMilliseconds(1);
        return false;
    }

    private async Task WaitForQueueAsync()
    {
        var destination = _destination!;
        _destination = null;
        if (_waitingSince == 0) _waitingSince = _core.Time.GetTimestamp();
        var left = _core.Options.FullQueuePatience - _core.Time.GetElapsedTime(_waitingSince);
        if (left <= TimeSpan.Zero)
        {
            _patienceOver = true;
            return;
        }

        try
        {
            await destination.Outbox.WhenSent(Number).WaitAsync(left, _core.Time, _ended.Token);
        }
        catch (TimeoutException)
        {
            _patienceOver = true;
        }
    }

    private void OnPing(ulong value)
    {
        Span<byte> record = stackalloc byte[ControlRecords.MaxSize];
        Say(record[..ControlRecords.WritePong(record, value, _core.Load.Value)]);
    }

    // The relay's own records are few; who makes many come and does not read them is not served.
    private void Say(ReadOnlySpan<byte> record)
    {
        if (!Outbox.TrySendControl(record)) Abort("it does not read what the relay says");
    }

    private ReadResult ReadControlFrame(ReadOnlySpan<byte> payload, out int taken)
    {
        taken = payload.Length;
        _controlFrame ??= new byte[WebSocketFrame.MaxControlPayload];
        _frames.Mask.Copy(payload, _controlFrame.AsSpan(_controlLength));
        _controlLength += taken;
        if (_frames.Remaining > taken) return ReadResult.Done;
        var content = _controlFrame.AsSpan(0, _controlLength);
        _controlLength = 0;
        switch (_frames.Opcode)
        {
            case WebSocketOpcode.Close:
                return ReadResult.Closed;
            // Before the proof the server's own pipe is in use, and two writers would get in each other's way.
            case WebSocketOpcode.Ping when IsProved:
                Outbox.SendControlFrame(WebSocketOpcode.Pong, content);
                break;
        }

        _controlFrame = null;
        return Count(content.Length);
    }

    private void DropReservation()
    {
        if (_begun && _destination is { } destination) destination.Outbox.Cancel(_reservation);
        (_destination, _begun) = (null, false);
    }

    private void Report()
    {
        if (_frameCount == 0) return;
        Interlocked.Exchange(ref _heard, _core.Time.GetTimestamp());
        _core.Metrics.Forwarded(_frameCount, _byteCount);
        (_frameCount, _byteCount) = (0, 0);
    }
}
