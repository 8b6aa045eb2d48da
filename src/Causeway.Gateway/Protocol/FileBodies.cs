using System.Text.Json.Serialization;
using Causeway.Gateway.Files.Content;

namespace Causeway.Gateway.Protocol;

/// <summary>The answer to <c>storefile</c> and to a finished upload.</summary>
internal sealed record StoredBody(string FileCid, string RootCid);

/// <summary>The answer to <c>fileaccess</c>.</summary>
internal sealed record FileAccessBody(string Token, string RootCid, string? NotifyTopic);

/// <summary>The push <c>peerFiles</c>.</summary>
internal sealed record PeerFilesBody([property: JsonPropertyName("peerid")] string PeerId, string Cid, IReadOnlyDictionary<string, FileEntry> Entries)
{
    /// <summary>Why there is no list.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Error { get; init; }
}

/// <summary>The push <c>gotFile</c> with a file.</summary>
internal sealed record GotFileBody(string Cid, bool Success, FileContentBody Content);

/// <summary>A file as a whole, in base64.</summary>
internal sealed record FileContentBody(string Type, string MimeType, ReadOnlyMemory<byte> Content);

/// <summary>The push <c>gotFile</c> with a folder.</summary>
internal sealed record GotFolderBody(string Cid, bool Success, FolderContentBody Content);

/// <summary>The names in a folder, and their CIDs.</summary>
internal sealed record FolderContentBody(string Type, IReadOnlyDictionary<string, string> Entries);

/// <summary>The push <c>gotFile</c> without anything.</summary>
internal sealed record GotNothingBody(string Cid, bool Success, FailureBody Content);

/// <summary>Why there is nothing.</summary>
internal sealed record FailureBody(string Error);

/// <summary>The push <c>rootDirectory</c>.</summary>
internal sealed record RootDirectoryBody(string Cid);

/// <summary>What peers tell on the topic for changed files.</summary>
internal sealed record FileUpdateBody(string Type, string Peer)
{
    /// <summary><see cref="Type"/> of all of them.</summary>
    public const string FileUpdate = "p2p-webapp-file-update";
}

/// <summary>A folder over HTTP.</summary>
internal sealed record FolderBody(string Cid, IReadOnlyDictionary<string, FolderEntryBody> Entries);

/// <summary>A name in a folder over HTTP: what it stands for, and the bytes of all its blocks as the folder says.</summary>
internal sealed record FolderEntryBody(string Cid, ulong Size);

/// <summary>An error over HTTP.</summary>
internal sealed record HttpErrorBody(ErrorBody Error);
