using System.Buffers.Binary;
using Causeway.Gateway.Messaging;
using Causeway.Libp2p;
using Causeway.Libp2p.Streams;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Files.Remote;

/// <summary>Answers other gateways on the reserved protocol, one request per stream.</summary>
/// <param name="files">What is asked for.</param>
/// <param name="options">Bounds and times.</param>
/// <param name="budget">Room for answers, shared by all pages.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Carries the page's alias.</param>
internal sealed class RemoteFilesServer(ISharedFiles files, FilesOptions options, MemoryBudget budget, TimeProvider time, ILogger logger)
{
    private const int PieceLength = 64 * 1024;

    /// <summary>Serves one stream.</summary>
    public async Task HandleAsync(Libp2pStream stream, CancellationToken cancellationToken)
    {
        using var patience = new Patience(time, options.RequestTimeout, cancellationToken);
        long reserved = 0;
        try
        {
            var answer = await AnswerAsync(stream, Reserve, patience.Token);

            // Room for files and lists was asked for before; how long they are as JSON shows now.
            if (answer.Length > reserved && !Reserve(answer.Length - reserved)) throw NoRoom();
            for (var sent = 0; sent < answer.Length;)
            {
                // In pieces, so that a slow reader has time for each.
                patience.Renew(options.StallTimeout);
                var count = Math.Min(PieceLength, answer.Length - sent);
                await stream.WriteAsync(answer.AsMemory(sent, count), completeWrites: sent + count == answer.Length, patience.Token);
                sent += count;
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            GatewayLog.FileRequestEnded(logger, stream.Connection.RemotePeer, e.Message);
            stream.Abort();
        }
        finally
        {
            budget.Release(reserved);
        }

        bool Reserve(long length)
        {
            if (!budget.TryReserve(length)) return false;
            reserved += length;
            return true;
        }
    }

    private async ValueTask<byte[]> AnswerAsync(Libp2pStream stream, Func<long, bool> reserve, CancellationToken cancellationToken)
    {
        var header = new byte[FileMessages.HeaderLength];
        await stream.ReadExactlyAsync(header.AsMemory(0, 1), cancellationToken);
        switch (header[0])
        {
            case FileMessages.ListRequest:
                var list = await files.ListAsync(cancellationToken);
                return reserve(FileMessages.MinLengthOf(list)) ? FileMessages.Answer(list) : throw NoRoom();
            case FileMessages.FileRequest:
                await stream.ReadExactlyAsync(header.AsMemory(1), cancellationToken);
                var length = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(1));
                if (length > FileMessages.MaxRequestLength) throw FileMessages.Violation($"a request of {length} bytes; at most {FileMessages.MaxRequestLength} are taken");
                var json = new byte[length];
                await stream.ReadExactlyAsync(json, cancellationToken);
                return FileMessages.Answer(await files.AnswerAsync(FileMessages.ReadRequest(json), reserve, cancellationToken));
            default:
                throw FileMessages.Violation($"a request of the unknown type {header[0]}");
        }
    }

    private static Libp2pException NoRoom() => new(Libp2pError.ResourceLimit, "too many large answers are on their way");
}
