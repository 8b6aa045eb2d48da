using System.Buffers;
using Causeway.Libp2p.PubSub.Wire;
using Causeway.Libp2p.Streams;
using Causeway.Libp2p.Wire;
using Causeway.Multiformats;

namespace Causeway.Libp2p.PubSub.Service;

/// <summary>
/// Reads RPCs from a peer's stream: varint length, protobuf (pubsub spec, "The RPC"). While the peer is silent no buffer is held; while the
/// router is behind, the peer is not read. Anything malformed or too large ends the stream.
/// </summary>
internal sealed class FrameReader(Libp2pStream stream, RpcLimits limits, int maxRpcSize, TimeProvider clock, Action<FrameReader, Rpc> received)
{
    // RPCs of one peer that the router has not looked at yet.
    private const int MaxInFlight = 16;
    private const int ReadSize = 16 << 10;
    private const int MaxPrefix = 4;

    // A frame's buffer grows with what has arrived of it, not with what its prefix promises.
    private const int FirstAllocation = 64 << 10;

    private readonly RpcDecoder _decoder = new(limits);
    private readonly CreditGate _credit = new(MaxInFlight);
    private byte[] _frame = [];
    private int _frameLength;
    private int _prefixLength;
    private int _filled;
    private ulong _prefix;
    private long _frameStarted;

    /// <summary>Who sends.</summary>
    public PeerId Peer => stream.Connection.RemotePeer;

    /// <summary>The stream.</summary>
    public Libp2pStream Stream => stream;

    /// <summary>The link it belongs to, once the router knows of it.</summary>
    public PeerLink? Link { get; set; }

    /// <summary>Whether it takes over from a stream on another connection, and has not named the peer's topics again yet.</summary>
    public bool IsTakingOver { get; set; }

    /// <summary>How long the RPC that is arriving has taken so far; null between two.</summary>
    public TimeSpan? PendingFor => Volatile.Read(ref _frameStarted) is > 0 and var started ? clock.GetElapsedTime(started) : null;

    /// <summary>Reads until the peer ends the stream.</summary>
    /// <exception cref="Libp2pException">What came is not an RPC, or too large.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            // Nothing is read here: this waits, without a buffer, until there is something.
#pragma warning disable CA2022
            _ = await stream.ReadAsync(Memory<byte>.Empty, cancellationToken);
#pragma warning restore CA2022
            var buffer = ArrayPool<byte>.Shared.Rent(ReadSize);
            try
            {
                int read;
                do
                {
                    read = await stream.ReadAsync(buffer, cancellationToken);
                    if (read == 0) return;
                    PubSubMetrics.ReceivedBytes.Add(read);
                    for (var used = 0; used < read;)
                    {
                        used += Consume(buffer.AsSpan(used, read - used), out var complete);
                        if (complete) await AcceptAsync(cancellationToken);
                    }
                }
                while (read == buffer.Length);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    /// <summary>The router has looked at one RPC.</summary>
    public void Release() => _credit.Release();

    private int Consume(ReadOnlySpan<byte> data, out bool complete)
    {
        complete = false;
        if (_frameLength == 0) return ConsumePrefix(data[0]);
        var count = Math.Min(data.Length, _frameLength - _filled);
        if (_filled + count > _frame.Length) Array.Resize(ref _frame, Math.Min(_frameLength, Math.Max(_frame.Length * 2, _filled + count)));
        data[..count].CopyTo(_frame.AsSpan(_filled));
        _filled += count;
        complete = _filled == _frameLength;
        return count;
    }

    private int ConsumePrefix(byte next)
    {
        if (_prefixLength == 0) Volatile.Write(ref _frameStarted, Math.Max(1, clock.GetTimestamp()));
        _prefix |= (ulong)(next & 0x7f) << (7 * _prefixLength++);
        if (next >= 0x80)
        {
            if (_prefixLength == MaxPrefix) throw new Libp2pException(Libp2pError.ProtocolViolation, $"{Peer} sent an RPC that is too large.");
            return 1;
        }

        if (_prefix > (ulong)maxRpcSize)
        {
            throw new Libp2pException(Libp2pError.ProtocolViolation, $"{Peer} sent an RPC of {_prefix} bytes; at most {maxRpcSize} are allowed.");
        }

        if (_prefix == 0)
        {
            Reset();
            return 1;
        }

        _frameLength = _prefixLength + (int)_prefix;
        _frame = GC.AllocateUninitializedArray<byte>(Math.Min(_frameLength, FirstAllocation));
        var writer = new WireWriter(_frame);
        writer.WriteVarint(_prefix);

        // A prefix that was longer than need be is replaced by the shortest one: the frame may be forwarded as it is.
        _frameLength -= _prefixLength - writer.Position;
        _prefixLength = writer.Position;
        _filled = writer.Position;
        return 1;
    }

    private async ValueTask AcceptAsync(CancellationToken cancellationToken)
    {
        PubSubMetrics.ReceivedFrames.Add(1);
        if (!_decoder.TryDecode(_frame, _prefixLength, out var rpc))
        {
            throw new Libp2pException(Libp2pError.ProtocolViolation, $"{Peer} sent something that is not an RPC.");
        }

        Reset();
        await _credit.EnterAsync(cancellationToken);
        received(this, rpc);
    }

    private void Reset()
    {
        _frame = [];
        _frameLength = 0;
        _prefixLength = 0;
        _filled = 0;
        _prefix = 0;
        Volatile.Write(ref _frameStarted, 0);
    }
}
