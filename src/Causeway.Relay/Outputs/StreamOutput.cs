using System.Buffers;
using Causeway.Relay.Queues;

namespace Causeway.Relay.Outputs;

/// <summary>Through TLS: the batch in one piece, so that it becomes full TLS records and not one for each piece.</summary>
internal sealed class StreamOutput(Stream stream, Action abort) : MemberOutput
{
    /// <inheritdoc/>
    public override async ValueTask SendAsync(SendBatch batch)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(batch.Length);
        try
        {
            var length = 0;
            foreach (var segment in batch.Segments)
            {
                segment.AsSpan().CopyTo(buffer.AsSpan(length));
                length += segment.Count;
            }

            await stream.WriteAsync(buffer.AsMemory(0, length));
            await stream.FlushAsync();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <inheritdoc/>
    public override void Abort() => abort();
}
