using System.Text;
using System.Text.Json;

namespace Causeway.Gateway.Protocol;

/// <summary>The names of the requests and pushes.</summary>
internal static class Methods
{
    public const string Peer = "peer";
    public const string Start = "start";
    public const string Stop = "stop";
    public const string Send = "send";
    public const string Subscribe = "subscribe";
    public const string Unsubscribe = "unsubscribe";
    public const string Publish = "publish";
    public const string ListPeers = "listpeers";
    public const string AddPeers = "addpeers";
    public const string RemovePeers = "removepeers";
    public const string Connections = "connections";
    public const string ListFiles = "listfiles";
    public const string GetFile = "getfile";
    public const string StoreFile = "storefile";
    public const string RemoveFile = "removefile";
    public const string FileAccess = "fileaccess";

    private static readonly (byte[] Utf8, string Text)[] Known =
    [
        .. new[]
        {
            Send, Publish, Peer, Start, Stop, Subscribe, Unsubscribe, ListPeers, AddPeers, RemovePeers, Connections, ListFiles, GetFile, StoreFile, RemoveFile, FileAccess,
        }.Select(name => (Encoding.UTF8.GetBytes(name), name)),
    ];

    /// <summary>The method that the reader stands on; no allocation for known ones.</summary>
    public static string? Find(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null) return null;
        foreach (var (utf8, text) in Known)
        {
            if (reader.ValueTextEquals(utf8)) return text;
        }

        return reader.GetString();
    }
}
