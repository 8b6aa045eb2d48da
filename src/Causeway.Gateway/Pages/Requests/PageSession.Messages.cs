using Causeway.Gateway.Protocol;

namespace Causeway.Gateway.Pages;

internal sealed partial class PageSession
{
    private OutboundFrame Start(long id)
    {
        var messages = Peer.Messages;
        var protocol = RequireProtocol();
        if (messages.StartedCount >= _options.MaxEntriesPerPage) throw GatewayException.Full($"a page has at most {_options.MaxEntriesPerPage} protocols");
        messages.Start(protocol);
        return Frames.Null(id);
    }

    private OutboundFrame Stop(long id)
    {
        Peer.Messages.Stop(RequireProtocol());
        return Frames.Null(id);
    }

    private OutboundFrame Send(long id)
    {
        var messages = Peer.Messages;
        var peer = ParsePeer(_parameters.RequireString(Parameter.Peer), "peer");
        var protocol = RequireProtocol();
        var data = _parameters.RequireRaw(Parameter.Data);

        // The older client library always sends a number; -1 stands for "no acknowledgement".
        var ack = _parameters.GetInteger(Parameter.Ack);
        messages.Send(peer, protocol, data, ack >= 0 ? ack : null);
        _metrics.MessageSent();
        return Frames.Null(id);
    }
}
