using System.Buffers;

namespace Causeway.Gateway.Pages;

/// <summary>A whole frame from a page in a pooled buffer.</summary>
internal readonly struct ReceivedFrame(byte[] buffer, int length, bool isText) : IDisposable
{
    /// <summary>The payload.</summary>
    public ReadOnlyMemory<byte> Payload => buffer.AsMemory(0, length);

    /// <summary>Whether it came as text; .NET has checked that it is UTF-8 then.</summary>
    public bool IsText { get; } = isText;

    /// <inheritdoc/>
    public void Dispose() => ArrayPool<byte>.Shared.Return(buffer);
}
