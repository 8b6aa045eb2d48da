using System.Text.Json.Serialization;

namespace Causeway.Gateway.Files.Remote;

/// <summary>The JSON of a request for a file or folder.</summary>
internal sealed record FileRequestBody(string? Cid);

/// <summary>The JSON of an answer about a file or folder; members that do not apply are left out.</summary>
internal sealed record FileAnswerBody(string? Cid)
{
    /// <summary>A file's bytes.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public byte[]? Content { get; init; }

    /// <summary>The names in a folder, and their CIDs.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Entries { get; init; }

    /// <summary>Whether it is a folder; absent from errors.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? IsDirectory { get; init; }

    /// <summary>What kind of file it is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? MimeType { get; init; }

    /// <summary>The bytes of the block that the CID names.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public byte[]? RawNode { get; init; }

    /// <summary>Why there is nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Error { get; init; }
}
