using Causeway.Gateway.Protocol;

namespace Causeway.Gateway.Pages;

internal sealed partial class PageSession
{
    private async ValueTask<OutboundFrame> SubscribeAsync(long id)
    {
        await Peer.Topics.SubscribeAsync(RequireTopic()).WaitAsync(_gone.Token);
        return Frames.Null(id);
    }

    private async ValueTask<OutboundFrame> UnsubscribeAsync(long id)
    {
        await Peer.Topics.UnsubscribeAsync(RequireTopic());
        return Frames.Null(id);
    }

    private async ValueTask<OutboundFrame> PublishAsync(long id)
    {
        var topics = Peer.Topics;
        await topics.PublishAsync(RequireTopic(), _parameters.RequireRaw(Parameter.Data));
        _metrics.MessagePublished();
        return Frames.Null(id);
    }

    private OutboundFrame ListPeers(long id)
    {
        var peers = Peer.Topics.PeersOf(RequireTopic());
        return Json(id, new PeersBody([.. peers.Select(p => p.ToString())]), GatewayJson.Wire.PeersBody);
    }
}
