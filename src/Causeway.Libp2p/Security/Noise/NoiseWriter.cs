using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Causeway.Cryptography.Aead;

namespace Causeway.Libp2p.Security.Noise;

/// <summary>
/// Encrypts in place: callers write their plaintext straight into the transport's buffer, behind room for the length, and the flush turns it
/// into a frame where it lies. Writes of several callers between two flushes share a frame. One caller at a time.
/// </summary>
internal sealed class NoiseWriter(PipeWriter inner, CipherState cipher) : PipeWriter
{
    /// <summary>A small frame with its overhead fills a page.</summary>
    private const int Small = 4096 - NoiseFrame.Overhead;

    /// <summary>A large frame with its overhead fills 64 KiB; the very last byte that Noise allows would double the buffer.</summary>
    private const int Large = 65536 - NoiseFrame.Overhead;

    private Memory<byte> _frame;
    private int _written;
    private byte[]? _oversized;
    private int _sealed;
    private bool _bulk;

    /// <inheritdoc/>
    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    /// <inheritdoc/>
    public override long UnflushedBytes => inner.UnflushedBytes + _written;

    private int Room => Math.Min(_frame.Length - NoiseFrame.Overhead, NoiseFrame.MaxPlaintext) - _written;

    /// <inheritdoc/>
    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sizeHint);
        if (_oversized is not null) ReturnOversized();
        if (_frame.Length > 0 && Room >= Math.Max(1, sizeHint)) return _frame.Slice(NoiseFrame.PrefixSize + _written, Room);
        Seal();
        if (sizeHint > NoiseFrame.MaxPlaintext)
        {
            _oversized = ArrayPool<byte>.Shared.Rent(sizeHint);
            return _oversized;
        }

        var size = Math.Max(sizeHint, _bulk || _sealed >= Small ? Large : Small);
        _frame = inner.GetMemory(size + NoiseFrame.Overhead);
        return _frame.Slice(NoiseFrame.PrefixSize, Room);
    }

    /// <inheritdoc/>
    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <inheritdoc/>
    public override void Advance(int bytes)
    {
        if (_oversized is not null)
        {
            SealOversized(bytes);
            return;
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)bytes, (uint)Math.Max(0, _frame.IsEmpty ? 0 : Room), nameof(bytes));
        _written += bytes;
    }

    /// <inheritdoc/>
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        Seal();
        _bulk = _sealed >= Large / 4;
        _sealed = 0;
        return inner.FlushAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null)
    {
        Finish(exception);
        inner.Complete(exception);
    }

    /// <inheritdoc/>
    public override ValueTask CompleteAsync(Exception? exception = null)
    {
        Finish(exception);
        return inner.CompleteAsync(exception);
    }

    private void Finish(Exception? exception)
    {
        if (exception is null) Seal();
        if (_oversized is not null) ReturnOversized();
        (_frame, _written) = (default, 0);
        cipher.Dispose();
    }

    private void Seal()
    {
        if (_written > 0)
        {
            Encrypt(_frame.Span.Slice(NoiseFrame.PrefixSize, _written), _frame.Span);
            _sealed += _written;
        }

        (_frame, _written) = (default, 0);
    }

    private void SealOversized(int bytes)
    {
        var rest = _oversized.AsSpan(0, bytes);
        while (!rest.IsEmpty)
        {
            var part = rest[..Math.Min(rest.Length, Large)];
            Encrypt(part, inner.GetSpan(part.Length + NoiseFrame.Overhead));
            rest = rest[part.Length..];
        }

        _sealed += bytes;
        ReturnOversized();
    }

    private void Encrypt(ReadOnlySpan<byte> plaintext, Span<byte> destination)
    {
        var length = plaintext.Length + AeadCipher.TagSize;
        BinaryPrimitives.WriteUInt16BigEndian(destination, (ushort)length);
        cipher.Encrypt(default, plaintext, destination.Slice(NoiseFrame.PrefixSize, length));
        inner.Advance(NoiseFrame.PrefixSize + length);
    }

    private void ReturnOversized()
    {
        ArrayPool<byte>.Shared.Return(_oversized!, clearArray: true);
        _oversized = null;
    }
}
