using System.Net;
using System.Net.Sockets;

namespace Causeway.Libp2p.Connections.Dialing;

/// <summary>Asks the operating system.</summary>
internal sealed class SystemNameResolver : INameResolver
{
    public async ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return await Dns.GetHostAddressesAsync(name, cancellationToken);
        }
        catch (SocketException)
        {
            return [];
        }
    }
}
