using System.IO.Pipelines;
using Causeway.Cryptography.Streams;

namespace Causeway.Libp2p.Security.PrivateNetworks;

/// <summary>Encrypts what is written, in the buffer where it was written.</summary>
internal sealed class PrivatePipeWriter(PipeWriter inner, XSalsa20 cipher) : PipeWriter
{
    private Memory<byte> _memory;

    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    public override long UnflushedBytes => inner.UnflushedBytes;

    public override Memory<byte> GetMemory(int sizeHint = 0) => _memory = inner.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        cipher.Transform(_memory.Span[..bytes]);
        _memory = _memory[bytes..];
        inner.Advance(bytes);
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        _memory = default;
        return inner.FlushAsync(cancellationToken);
    }

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    public override void Complete(Exception? exception = null)
    {
        _memory = default;
        inner.Complete(exception);
        cipher.Dispose();
    }
}
