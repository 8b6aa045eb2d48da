using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Causeway.Gateway.Protocol;

/// <summary>The bodies that are written through the serializer: source-generated, no reflection.</summary>
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(ErrorBody))]
[JsonSerializable(typeof(PeerBody))]
[JsonSerializable(typeof(PeersBody))]
[JsonSerializable(typeof(ConnectionsBody))]
internal sealed partial class GatewayJson : JsonSerializerContext
{
    /// <summary>Camel-case names, and text escaped only where JSON demands it.</summary>
    public static GatewayJson Wire { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}

/// <summary><c>error</c>.</summary>
internal sealed record ErrorBody(int Code, string Message);

/// <summary>The answer to <c>peer</c>.</summary>
internal sealed record PeerBody(
    [property: JsonPropertyName("peerid")] string PeerId, [property: JsonPropertyName("peerkey")] string PeerKey, string Version);

/// <summary>The answer to <c>listpeers</c>.</summary>
internal sealed record PeersBody(IReadOnlyList<string> Peers);

/// <summary>The answer to <c>connections</c>.</summary>
internal sealed record ConnectionsBody(IReadOnlyList<string> Addresses, IReadOnlyList<string> Protocols, IReadOnlyList<ConnectionBody> Connections);

/// <summary>One connection in the answer to <c>connections</c>; docs/reference/gateway-protocol.md explains each member.</summary>
internal sealed record ConnectionBody(
    [property: JsonPropertyName("peerid")] string PeerId,
    string Address,
    string Transport,
    string Direction,
    double? Rtt,
    string Security,
    string Muxer,
    string? ProtocolVersion,
    string? AgentVersion,
    IReadOnlyList<string> Protocols,
    bool Limited,
    int Streams,
    DateTimeOffset OpenedAt);
