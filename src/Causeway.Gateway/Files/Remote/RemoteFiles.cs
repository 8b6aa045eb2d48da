using System.Buffers;
using System.Buffers.Binary;
using Causeway.Gateway.Files.Content;
using Causeway.Gateway.Messaging;
using Causeway.Libp2p;
using Causeway.Libp2p.Connections;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Streams;
using Causeway.Multiformats;

namespace Causeway.Gateway.Files.Remote;

/// <summary>Asks other gateways' peers for their lists and files on the reserved protocol, one request per stream.</summary>
/// <param name="host">Our peer.</param>
/// <param name="locate">Called before a peer is dialed; adds addresses that the process knows.</param>
/// <param name="protocol">The reserved protocol.</param>
/// <param name="options">Bounds and times.</param>
/// <param name="budget">Room for unfinished answers, shared by all pages.</param>
/// <param name="time">The clock.</param>
internal sealed class RemoteFiles(IHost host, Action<PeerId> locate, string protocol, FilesOptions options, MemoryBudget budget, TimeProvider time)
{
    private const int FirstBuffer = 16 * 1024;

    private static readonly ConnectOptions AnyPath = new() { AllowLimited = true };

    /// <summary>A peer's list.</summary>
    /// <exception cref="IOException">The peer is not reached, or breaks the protocol.</exception>
    /// <exception cref="TimeoutException">It does not answer in time.</exception>
    public Task<FileList> ListAsync(PeerId peer, CancellationToken cancellationToken) =>
        AskAsync(peer, [FileMessages.ListRequest], FileMessages.ListAnswer, options.MaxListBytes, json => FileMessages.ReadList(json, options), cancellationToken);

    /// <summary>A peer's answer about a file or folder; what is in it has not been verified.</summary>
    /// <exception cref="IOException">The peer is not reached, or breaks the protocol.</exception>
    /// <exception cref="TimeoutException">It does not answer in time.</exception>
    public Task<FileAnswerBody> GetAsync(PeerId peer, Cid cid, CancellationToken cancellationToken)
    {
        // The content and the node are base64, and the node of a short file holds the content once more.
        var limit = checked(((options.MaxMessageFileBytes * 4L / 3) * 2) + (1024 * 1024));
        return AskAsync(peer, FileMessages.Request(cid), FileMessages.FileAnswer, (int)Math.Min(limit, Array.MaxLength), FileMessages.ReadFile, cancellationToken);
    }

    private delegate T Reader<T>(ReadOnlySpan<byte> json);

    private async Task<T> AskAsync<T>(PeerId peer, byte[] request, byte answer, int maxLength, Reader<T> read, CancellationToken cancellationToken)
    {
        using var patience = new Patience(time, options.RequestTimeout, cancellationToken);
        try
        {
            locate(peer);
            await using var stream = await host.OpenStreamAsync(peer, [protocol], AnyPath, patience.Token);
            try
            {
                await stream.WriteAsync(request, completeWrites: true, patience.Token);
                return await ReadAsync(stream, answer, maxLength, read, patience);
            }
            catch
            {
                stream.Abort();
                throw;
            }
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"peer {peer} did not answer within {options.RequestTimeout.TotalSeconds:0.#} s", e);
        }
    }

    private async Task<T> ReadAsync<T>(Libp2pStream stream, byte answer, int maxLength, Reader<T> read, Patience patience)
    {
        var header = new byte[FileMessages.HeaderLength];
        await stream.ReadExactlyAsync(header, patience.Token);
        if (header[0] != answer) throw FileMessages.Violation($"an answer of the type {header[0]} where {answer} was due");
        var length = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(1));
        if (length > maxLength) throw FileMessages.Violation($"an answer of {length} bytes; at most {maxLength} are taken");

        // What is announced is believed only as it comes.
        long reserved = 0;
        var buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
        try
        {
            var filled = 0;
            while (filled < length)
            {
                if (filled == buffer.Length) buffer = Enlarge(buffer, filled, (int)length, ref reserved);
                var count = await stream.ReadAsync(buffer.AsMemory(filled, Math.Min(buffer.Length, (int)length) - filled), patience.Token);
                if (count == 0) throw FileMessages.Violation($"the stream ended after {filled} of {length} bytes");
                filled += count;
                patience.Renew(options.StallTimeout);
            }

            return read(buffer.AsSpan(0, filled));
        }
        finally
        {
            budget.Release(reserved);
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private byte[] Enlarge(byte[] buffer, int filled, int length, ref long reserved)
    {
        var wanted = (int)Math.Min(length, buffer.Length * 2L);
        if (!budget.TryReserve(wanted)) throw new Libp2pException(Libp2pError.ResourceLimit, "too many large answers are being received at once");
        budget.Release(reserved);
        reserved = wanted;
        var larger = ArrayPool<byte>.Shared.Rent(wanted);
        buffer.AsSpan(0, filled).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }
}
