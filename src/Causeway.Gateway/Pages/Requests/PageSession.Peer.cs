using Causeway.Gateway.Protocol;
using Causeway.Hosting.Logging;

namespace Causeway.Gateway.Pages;

internal sealed partial class PageSession
{
    private async ValueTask<OutboundFrame> CreatePeerAsync(long id)
    {
        if (_peer is not null) throw GatewayException.Conflict("peer already created on this connection");
        _parameters.TryGetString(Parameter.PeerKey, out var key);
        _parameters.TryGetString(Parameter.RootDirectory, out var root);
        _peer = await _peers.CreateAsync(key, root, this, _socket.Push, _gone.Token);
        _logger = new PrefixLogger(_logger, $"[{_peer.Alias}] ");
        _access.Peer = _peer;
        return Json(id, new PeerBody(_peer.Id.ToString(), _peer.Key, _options.Version), GatewayJson.Wire.PeerBody);
    }
}
