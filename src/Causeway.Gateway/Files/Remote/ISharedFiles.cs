using Causeway.Gateway.Files.Content;
using Causeway.Multiformats;

namespace Causeway.Gateway.Files.Remote;

/// <summary>What a peer's files are to other gateways.</summary>
internal interface ISharedFiles
{
    /// <summary>The list of the peer's tree.</summary>
    ValueTask<FileList> ListAsync(CancellationToken cancellationToken);

    /// <summary>A file or folder that is here; the network is not asked for it.</summary>
    /// <param name="cid">What is asked for.</param>
    /// <param name="reserve">Asked for room in memory, in bytes, before a file is read; where there is none it is refused.</param>
    /// <param name="cancellationToken">The other gateway has gone.</param>
    ValueTask<FileAnswerBody> AnswerAsync(Cid cid, Func<long, bool> reserve, CancellationToken cancellationToken);
}
