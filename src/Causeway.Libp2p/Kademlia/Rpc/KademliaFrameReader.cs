using System.Buffers;
using Causeway.Libp2p.Kademlia.Wire;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Kademlia.Rpc;

/// <summary>
/// Reads messages behind their length from a stream. The buffer grows with what has arrived, not with what the prefix promises; between two
/// messages none is held.
/// </summary>
internal sealed class KademliaFrameReader(Stream stream) : IDisposable
{
    private const int FirstRead = 4096;

    private byte[] _buffer = [];
    private int _start;
    private int _end;

    /// <summary>Bytes of the message that was read last, its prefix included.</summary>
    public int LastSize { get; private set; }

    /// <summary>Waits until something of the next message is there, or the end.</summary>
    public async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        if (_start < _end) return;
        Dispose();
#pragma warning disable CA2022 // Nothing is read here: this waits, without a buffer.
        _ = await stream.ReadAsync(Memory<byte>.Empty, cancellationToken);
#pragma warning restore CA2022
    }

    /// <summary>The next message; null at the end of the stream between two.</summary>
    /// <exception cref="Libp2pException">Too large, cut off or malformed.</exception>
    public async ValueTask<KademliaMessage?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryTake(out var message)) return message;
            Grow();
            var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
            if (read == 0)
            {
                if (_start == _end) return null;
                throw new Libp2pException(Libp2pError.ProtocolViolation, "The stream ended within a DHT message.");
            }

            _end += read;
        }
    }

    /// <summary>Gives the buffer back.</summary>
    public void Dispose()
    {
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        (_start, _end) = (0, 0);
    }

    private bool TryTake(out KademliaMessage? message)
    {
        message = null;
        var available = _buffer.AsSpan(_start, _end - _start);
        switch (UnsignedVarint.Read(available, out var length, out var prefix))
        {
            case OperationStatus.NeedMoreData: return false;
            case OperationStatus.InvalidData: throw new Libp2pException(Libp2pError.ProtocolViolation, "The length of a DHT message is malformed.");
        }

        if (length > KademliaLimits.MaxMessageSize)
        {
            throw new Libp2pException(
                Libp2pError.ProtocolViolation, $"A DHT message of {length} bytes was announced; at most {KademliaLimits.MaxMessageSize} are allowed.");
        }

        var total = prefix + (int)length;
        if (available.Length < total) return false;
        if (!KademliaDecoder.TryDecode(available[prefix..total], out message))
        {
            throw new Libp2pException(Libp2pError.ProtocolViolation, "Something that is not a DHT message arrived.");
        }

        _start += total;
        LastSize = total;
        return true;
    }

    private void Grow()
    {
        if (_start > 0 && _end < _buffer.Length) return;
        if (_start == _end) (_start, _end) = (0, 0);
        if (_start == 0 && _end < _buffer.Length) return;
        var held = _end - _start;
        var larger = _start > 0 ? _buffer : ArrayPool<byte>.Shared.Rent(Math.Max(FirstRead, held * 2));
        _buffer.AsSpan(_start, held).CopyTo(larger);
        if (larger != _buffer && _buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        (_buffer, _start, _end) = (larger, 0, held);
    }
}
