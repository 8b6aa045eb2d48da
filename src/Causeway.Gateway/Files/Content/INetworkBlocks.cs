using Causeway.Ipfs.Blocks;
using Causeway.Multiformats;

namespace Causeway.Gateway.Files.Content;

/// <summary>Blocks of one file or folder from the network, with the gateway's store before it; they are put there as they come.</summary>
public interface INetworkBlocks : IBlockSource, IAsyncDisposable
{
    /// <summary>Asks this peer, too; connects to it where need be.</summary>
    /// <exception cref="IOException">It cannot be reached.</exception>
    Task AddPeerAsync(PeerId peer, CancellationToken cancellationToken) => Task.CompletedTask;
}
