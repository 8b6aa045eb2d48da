using System.IO.Pipelines;
using Causeway.Libp2p.Transports;
using Causeway.Libp2p.Transports.Memory;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Tests.Connections;

/// <summary>
/// One end of an in-memory connection that counts flights: what is flushed carries one more than the highest count received so far, so a byte's
/// count is the number of one-way trips that had to come before it, itself included. Independent of time and scheduling.
/// </summary>
internal sealed class FlightConnection : TransportConnection
{
    private readonly TransportConnection _inner;
    private readonly Wire _outgoing;
    private readonly FlightReader _input;
    private readonly FlightWriter _output;
    private int _received;

    private FlightConnection(TransportConnection inner, Wire incoming, Wire outgoing)
    {
        (_inner, _outgoing) = (inner, outgoing);
        _input = new FlightReader(this, inner.Input, incoming);
        _output = new FlightWriter(this, inner.Output);
    }

    /// <summary>One-way trips up to the latest byte received.</summary>
    public int Received => Volatile.Read(ref _received);

    /// <summary>The sizes of flushes so far.</summary>
    public IReadOnlyList<int> Flushes => _outgoing.Sizes;

    public override Multiaddress LocalAddress => _inner.LocalAddress;

    public override Multiaddress RemoteAddress => _inner.RemoteAddress;

    public override PipeReader Input => _input;

    public override PipeWriter Output => _output;

    public static (FlightConnection Dialer, FlightConnection Listener) CreatePair()
    {
        var (dialer, listener) = MemoryConnection.CreatePair(Some.Address("/memory/1"), Some.Address("/memory/2"));
        var (there, back) = (new Wire(), new Wire());
        return (new FlightConnection(dialer, back, there), new FlightConnection(listener, there, back));
    }

    public override void Abort() => _inner.Abort();

    public override ValueTask DisposeAsync() => _inner.DisposeAsync();

    private sealed class Wire
    {
        private readonly List<(long End, int Flight)> _flushes = [];

        public IReadOnlyList<int> Sizes
        {
            get
            {
                lock (_flushes) return [.. _flushes.Select((f, i) => (int)(f.End - (i == 0 ? 0 : _flushes[i - 1].End)))];
            }
        }

        public void Flush(long end, int flight)
        {
            lock (_flushes)
            {
                if (end > (_flushes.Count == 0 ? 0 : _flushes[^1].End)) _flushes.Add((end, flight));
            }
        }

        public int FlightAt(long end)
        {
            lock (_flushes) return _flushes.Where((_, i) => i == 0 || _flushes[i - 1].End < end).Select(f => f.Flight).DefaultIfEmpty().Max();
        }
    }

    private sealed class FlightReader(FlightConnection owner, PipeReader inner, Wire wire) : PipeReader
    {
        private long _consumed;
        private ReadResult _last;

        public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) => Note(await inner.ReadAsync(cancellationToken));

        public override bool TryRead(out ReadResult result)
        {
            if (!inner.TryRead(out result)) return false;
            _ = Note(result);
            return true;
        }

        public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
        {
            _consumed += _last.Buffer.Slice(0, consumed).Length;
            inner.AdvanceTo(consumed, examined);
        }

        public override void CancelPendingRead() => inner.CancelPendingRead();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        private ReadResult Note(ReadResult result)
        {
            _last = result;
            if (!result.Buffer.IsEmpty) owner._received = Math.Max(owner._received, wire.FlightAt(_consumed + result.Buffer.Length));
            return result;
        }
    }

    private sealed class FlightWriter(FlightConnection owner, PipeWriter inner) : PipeWriter
    {
        private long _written;

        public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

        public override long UnflushedBytes => inner.UnflushedBytes;

        public override void Advance(int bytes)
        {
            _written += bytes;
            inner.Advance(bytes);
        }

        public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            owner._outgoing.Flush(_written, owner.Received + 1);
            return inner.FlushAsync(cancellationToken);
        }

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);
    }
}
