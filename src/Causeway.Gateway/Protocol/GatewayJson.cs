using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Causeway.Gateway.Files.Content;
using Causeway.Gateway.Files.Remote;

namespace Causeway.Gateway.Protocol;

/// <summary>The bodies that are written through the serializer: source-generated, no reflection.</summary>
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(ErrorBody))]
[JsonSerializable(typeof(PeerBody))]
[JsonSerializable(typeof(PeersBody))]
[JsonSerializable(typeof(ConnectionsBody))]
[JsonSerializable(typeof(StoredBody))]
[JsonSerializable(typeof(FileAccessBody))]
[JsonSerializable(typeof(PeerFilesBody))]
[JsonSerializable(typeof(GotFileBody))]
[JsonSerializable(typeof(GotFolderBody))]
[JsonSerializable(typeof(GotNothingBody))]
[JsonSerializable(typeof(RootDirectoryBody))]
[JsonSerializable(typeof(FileUpdateBody))]
[JsonSerializable(typeof(FolderBody))]
[JsonSerializable(typeof(HttpErrorBody))]
[JsonSerializable(typeof(FileList))]
[JsonSerializable(typeof(FileRequestBody))]
[JsonSerializable(typeof(FileAnswerBody))]
internal sealed partial class GatewayJson : JsonSerializerContext
{
    /// <summary>Camel-case names, and text escaped only where JSON demands it.</summary>
    public static GatewayJson Wire { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    /// <summary>The JSON of a body.</summary>
    public static byte[] Serialize<T>(T body, JsonTypeInfo<T> type) => JsonSerializer.SerializeToUtf8Bytes(body, type);
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
