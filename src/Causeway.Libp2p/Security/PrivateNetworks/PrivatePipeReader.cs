using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Causeway.Cryptography.Streams;

namespace Causeway.Libp2p.Security.PrivateNetworks;

/// <summary>Takes the other end's nonce, then decrypts what arrives, in the buffer where it arrived.</summary>
internal sealed class PrivatePipeReader(PipeReader inner, PreSharedKey key) : PipeReader
{
    private XSalsa20? _cipher;
    private ReadOnlySequence<byte> _buffer;

    // Of what the inner reader still holds, how much is plaintext already.
    private long _clear;
    private bool _isShown;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var result = await inner.ReadAsync(cancellationToken);
            if (TryDecrypt(result, out var decrypted)) return decrypted;
        }
    }

    public override bool TryRead(out ReadResult result)
    {
        while (inner.TryRead(out result))
        {
            if (!TryDecrypt(result, out var decrypted)) continue;
            result = decrypted;
            return true;
        }

        return false;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        // A cancelled wait for the nonce showed nothing.
        if (!_isShown) return;
        _isShown = false;
        _clear -= _buffer.Slice(_buffer.Start, consumed).Length;
        _buffer = default;
        inner.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null)
    {
        inner.Complete(exception);
        _cipher?.Dispose();
    }

    private bool TryDecrypt(ReadResult result, out ReadResult decrypted)
    {
        if (_cipher is null)
        {
            TakeNonce(result);
            decrypted = new ReadResult(default, result.IsCanceled, isCompleted: false);
            return result.IsCanceled;
        }

        _buffer = result.Buffer;
        _isShown = true;
        foreach (var segment in _buffer.Slice(_clear)) _cipher.Transform(MemoryMarshal.AsMemory(segment).Span);
        _clear = _buffer.Length;
        decrypted = result;
        return true;
    }

    private void TakeNonce(ReadResult result)
    {
        var buffer = result.Buffer;
        if (buffer.Length < XSalsa20.NonceSize)
        {
            inner.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted) throw new Libp2pException(Libp2pError.ConnectionClosed, "The other end closed the connection before it said anything within the private network.");
            return;
        }

        Span<byte> nonce = stackalloc byte[XSalsa20.NonceSize];
        buffer.Slice(0, nonce.Length).CopyTo(nonce);
        inner.AdvanceTo(buffer.GetPosition(nonce.Length));
        _cipher = key.CreateCipher(nonce);
    }
}
