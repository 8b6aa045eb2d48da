using Causeway.Gateway.Protocol;
using Causeway.Multiformats;

namespace Causeway.Gateway.Pages;

internal sealed partial class PageSession
{
    private OutboundFrame AddPeers(long id)
    {
        Peer.Kept.Add(RequirePeerIds());
        return Frames.Null(id);
    }

    private OutboundFrame RemovePeers(long id)
    {
        Peer.Kept.Remove(RequirePeerIds());
        return Frames.Null(id);
    }

    private async ValueTask<OutboundFrame> ConnectionsAsync(long id)
        => Json(id, await Peer.DescribeConnectionsAsync(_gone.Token), GatewayJson.Wire.ConnectionsBody);

    private IReadOnlyList<PeerId> RequirePeerIds()
    {
        var texts = _parameters.RequireStrings(Parameter.PeerIds, _options.MaxEntriesPerPage);
        return [.. texts.Select((text, i) => ParsePeer(text, $"peerIds[{i}]"))];
    }
}
