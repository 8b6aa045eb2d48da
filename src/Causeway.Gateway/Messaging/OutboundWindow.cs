using System.Buffers.Text;
using System.Security.Cryptography;

namespace Causeway.Gateway.Messaging;

/// <summary>
/// What one page has to say to one (peer, protocol), without I/O: queued messages, those that are sent and not yet acknowledged, and the order of both.
/// Ids are an epoch, random per channel, and a counter in hexadecimal. Not thread-safe.
/// </summary>
/// <param name="options">Bounds.</param>
/// <param name="page">What the page may have queued in all of its windows.</param>
internal sealed class OutboundWindow(MessagingOptions options, MemoryBudget page)
{
    private const int EpochLength = 8;
    private const int MaxIdLength = EpochLength + 8;

    private byte[] _epoch = NewEpoch();
    private readonly List<OutgoingMessage?> _ring = [];
    private int _first;
    private int _sent;
    private uint _nextSequence;
    private long _queuedBytes;
    private long _unacknowledgedBytes;

    /// <summary>Messages that are not yet acknowledged, sent or not.</summary>
    public int Count => _ring.Count - _first;

    /// <summary>Messages sent and not yet acknowledged.</summary>
    public int Unacknowledged => _sent;

    /// <summary>Whether <see cref="TryTake"/> would give a message.</summary>
    public bool HasRoomToSend => _sent < Count
        && (_sent == 0 || (_sent < options.MaxUnacknowledgedMessages && _unacknowledgedBytes < options.MaxUnacknowledgedBytes));

    /// <summary>Queues a message; false when the queue is full.</summary>
    public bool TryEnqueue(ReadOnlySpan<byte> json, long? ack)
    {
        if (Count >= options.MaxQueuedMessages || (Count > 0 && _queuedBytes + json.Length > options.MaxQueuedBytes)) return false;
        if (_nextSequence == uint.MaxValue && !TryStartEpoch()) return false;
        Span<byte> id = stackalloc byte[MaxIdLength];
        id = id[..WriteId(id, _nextSequence)];
        if (!page.TryReserve(OutgoingMessage.CostOf(id.Length, json.Length))) return false;
        var message = new OutgoingMessage(_nextSequence, id, json, ack);
        _nextSequence++;
        _queuedBytes += message.Length;
        _ring.Add(message);
        return true;
    }

    /// <summary>The next message to write, if there is one and the other end may be sent more. Messages acknowledged before a rewind are skipped.</summary>
    public bool TryTake(out OutgoingMessage message)
    {
        while (HasRoomToSend)
        {
            var next = _ring[_first + _sent++]!;
            if (next.IsAcknowledged) continue;
            _unacknowledgedBytes += next.Length;
            next.WasSent = true;
            message = next;
            return true;
        }

        message = null!;
        return false;
    }

    /// <summary>The other end has a message; null when the id is not one of ours, never sent, or acknowledged before.</summary>
    public OutgoingMessage? Acknowledge(ReadOnlySpan<byte> id)
    {
        if (!TryReadId(id, out var sequence) || Count == 0) return null;
        var offset = sequence - (long)_ring[_first]!.Sequence;
        if (offset < 0 || offset >= Count) return null;
        var message = _ring[_first + (int)offset]!;
        if (message.IsAcknowledged || !message.WasSent) return null;
        message.Acknowledge();
        if (offset < _sent) _unacknowledgedBytes -= message.Length;
        _queuedBytes -= message.Length;
        page.Release(message.Cost);
        DropAcknowledged();
        return message;
    }

    /// <summary>The stream is gone: everything unacknowledged is to be sent again, in order, under the same ids.</summary>
    public void Rewind()
    {
        _sent = 0;
        _unacknowledgedBytes = 0;
        DropAcknowledged();
    }

    /// <summary>Gives everything up; the messages that were not acknowledged, in order.</summary>
    public IReadOnlyList<OutgoingMessage> Clear()
    {
        var given = new List<OutgoingMessage>();
        for (var i = _first; i < _ring.Count; i++)
        {
            if (_ring[i] is not { IsAcknowledged: false } message) continue;
            message.Release();
            page.Release(message.Cost);
            given.Add(message);
        }

        _ring.Clear();
        _first = _sent = 0;
        _queuedBytes = _unacknowledgedBytes = 0;
        return given;
    }

    // After four billion messages the counter starts again, under a new epoch, as soon as the queue is empty.
    private bool TryStartEpoch()
    {
        if (Count > 0) return false;
        _epoch = NewEpoch();
        _nextSequence = 0;
        return true;
    }

    private static byte[] NewEpoch()
    {
        var epoch = new byte[EpochLength];
        Base64Url.EncodeToUtf8(RandomNumberGenerator.GetBytes(EpochLength * 6 / 8), epoch, out _, out _);
        return epoch;
    }

    private void DropAcknowledged()
    {
        while (_first < _ring.Count && _ring[_first]!.IsAcknowledged)
        {
            _ring[_first++] = null;
            if (_sent > 0) _sent--;
        }

        // The list is compacted when half of it is behind us: each message is moved at most once or twice in its life.
        if (_first > 64 && _first * 2 >= _ring.Count)
        {
            _ring.RemoveRange(0, _first);
            _first = 0;
        }
    }

    private int WriteId(Span<byte> id, uint sequence)
    {
        _epoch.CopyTo(id);
        Utf8Formatter.TryFormat(sequence, id[EpochLength..], out var digits, 'x');
        return EpochLength + digits;
    }

    private bool TryReadId(ReadOnlySpan<byte> id, out uint sequence)
    {
        sequence = 0;
        return id.Length is > EpochLength and <= EpochLength + 8
            && id[..EpochLength].SequenceEqual(_epoch)
            && Utf8Parser.TryParse(id[EpochLength..], out sequence, out var consumed, 'x')
            && consumed == id.Length - EpochLength;
    }
}
