using Causeway.Multiformats;
using Microsoft.Extensions.Logging;

namespace Causeway.Ipfs.GarbageCollection;

/// <summary>Log messages of garbage collections (4200–4249).</summary>
internal static partial class GarbageCollectorLog
{
    [LoggerMessage(4200, LogLevel.Information, "Garbage was collected in {Duration}: {Kept} blocks are kept, {Deleted} blocks of {DeletedBytes} bytes were deleted.")]
    public static partial void Collected(this ILogger logger, long kept, long deleted, long deletedBytes, TimeSpan duration);

    [LoggerMessage(4201, LogLevel.Warning, "{Missing} blocks that pins or shared folders lead to are not here, {First} among them. Fetch the trees again, or remove their pins.")]
    public static partial void BlocksMissing(this ILogger logger, long missing, Cid first);

    [LoggerMessage(4202, LogLevel.Error, "Garbage could not be collected; it is tried again later. What is kept is not touched.")]
    public static partial void CollectionFailed(this ILogger logger, Exception error);
}
