using System.Text.Json;
using Causeway.Gateway.Peers;
using Causeway.Gateway.Protocol;
using Causeway.Multiformats;

namespace Causeway.Gateway.Pages;

internal sealed partial class PageSession
{
    private const int MaxProtocolLength = 256;

    // A topic's name travels in every message.
    private const int MaxTopicBytes = 1024;

    private PagePeer Peer => _peer ?? throw new GatewayException(GatewayErrorCode.NoPeer, "no peer on this connection: the first request must be 'peer'");

    // Everything up to the first await happens before the next request begins.
    private ValueTask<OutboundFrame> Dispatch(long id, string method) => method switch
    {
        Methods.Send => new(Send(id)),
        Methods.Publish => PublishAsync(id),
        Methods.Peer => CreatePeerAsync(id),
        Methods.Start => new(Start(id)),
        Methods.Stop => new(Stop(id)),
        Methods.Subscribe => SubscribeAsync(id),
        Methods.Unsubscribe => UnsubscribeAsync(id),
        Methods.ListPeers => new(ListPeers(id)),
        Methods.AddPeers => new(AddPeers(id)),
        Methods.RemovePeers => new(RemovePeers(id)),
        Methods.Connections => ConnectionsAsync(id),
        Methods.ListFiles => new(ListFiles(id)),
        Methods.GetFile => new(GetFile(id)),
        Methods.StoreFile => StoreFileAsync(id),
        Methods.RemoveFile => RemoveFileAsync(id),
        Methods.FileAccess => new(FileAccess(id)),
        _ => throw new GatewayException(GatewayErrorCode.BadRequest, $"unknown method: {(method.Length <= 64 ? method : method[..64] + "…")}"),
    };

    private string RequireProtocol()
    {
        var protocol = _parameters.RequireString(Parameter.Protocol);
        if (protocol.Length is 0 or > MaxProtocolLength || protocol.Any(char.IsControl))
            throw GatewayException.InvalidParameters($"protocol must have 1 to {MaxProtocolLength} characters and no control characters");
        if (protocol == _options.FileProtocol) throw GatewayException.InvalidParameters($"protocol {protocol} is reserved");
        return protocol;
    }

    private string RequireTopic()
    {
        var topic = _parameters.RequireString(Parameter.Topic);
        var length = System.Text.Encoding.UTF8.GetByteCount(topic);
        return length is > 0 and <= MaxTopicBytes ? topic : throw GatewayException.InvalidParameters($"topic must have 1 to {MaxTopicBytes} bytes");
    }

    private static PeerId ParsePeer(string text, string name)
        => PeerId.TryParse(text, out var peer) ? peer : throw GatewayException.InvalidParameters($"{name} is not a peer ID");

    private static OutboundFrame Json<T>(long id, T body, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
        => Frames.Result(id, JsonSerializer.SerializeToUtf8Bytes(body, type));
}
