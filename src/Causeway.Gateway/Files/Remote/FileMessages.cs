using System.Buffers.Binary;
using System.Text.Json;
using Causeway.Gateway.Files.Content;
using Causeway.Gateway.Protocol;
using Causeway.Libp2p;
using Causeway.Multiformats;

namespace Causeway.Gateway.Files.Remote;

/// <summary>
/// The messages of the reserved protocol between gateways: a byte that says what follows, and for all but the request for a list a 4-byte big-endian length and
/// JSON (docs/reference/gateway-protocol.md, "Files between gateways").
/// </summary>
internal static class FileMessages
{
    public const byte ListRequest = 0;
    public const byte ListAnswer = 1;
    public const byte FileRequest = 2;
    public const byte FileAnswer = 3;

    /// <summary>Bytes in front of a message's JSON.</summary>
    public const int HeaderLength = 5;

    /// <summary>Longest JSON of a request: a CID has some 60 characters, and one with a long hash a few hundred.</summary>
    public const int MaxRequestLength = 4096;

    // Of an entry without a media type: "":{"type":"","cid":""}
    private const int PunctuationLength = 24;

    /// <summary>A message with its header.</summary>
    public static byte[] Frame(byte type, ReadOnlySpan<byte> json)
    {
        var frame = new byte[HeaderLength + json.Length];
        frame[0] = type;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), json.Length);
        json.CopyTo(frame.AsSpan(HeaderLength));
        return frame;
    }

    /// <summary>A request for a file or folder.</summary>
    public static byte[] Request(Cid cid) => Frame(FileRequest, JsonSerializer.SerializeToUtf8Bytes(new FileRequestBody(cid.ToString()), GatewayJson.Wire.FileRequestBody));

    /// <summary>An answer with a list.</summary>
    public static byte[] Answer(FileList list) => Frame(ListAnswer, JsonSerializer.SerializeToUtf8Bytes(list, GatewayJson.Wire.FileList));

    /// <summary>How long, in bytes, an answer with a list is at least: its texts and what stands around them, before anything is escaped.</summary>
    public static long MinLengthOf(FileList list) =>
        HeaderLength + list.Cid.Length + list.Entries.Sum(static e => (long)e.Key.Length + e.Value.Type.Length + e.Value.Cid.Length + (e.Value.MimeType?.Length ?? 0) + PunctuationLength);

    /// <summary>An answer about a file or folder.</summary>
    public static byte[] Answer(FileAnswerBody body) => Frame(FileAnswer, JsonSerializer.SerializeToUtf8Bytes(body, GatewayJson.Wire.FileAnswerBody));

    /// <summary>Reads the JSON of a request.</summary>
    /// <exception cref="Libp2pException">It is none, or what it names is no CID.</exception>
    public static Cid ReadRequest(ReadOnlySpan<byte> json)
        => Read(json, GatewayJson.Wire.FileRequestBody) is { Cid: { } text } && Cid.TryParse(text, out var cid) ? cid : throw Violation("a request for a file without a CID");

    /// <summary>Reads the JSON of a list. Entries whose path or CID is none are left out: nobody could ask for them.</summary>
    /// <exception cref="Libp2pException">It is no list.</exception>
    public static FileList ReadList(ReadOnlySpan<byte> json, FilesOptions options)
    {
        var list = Read(json, GatewayJson.Wire.FileList);
        if (list?.Cid is null || !Cid.TryParse(list.Cid, out _)) throw Violation("a list of files without the root's CID");
        var entries = new SortedDictionary<string, FileEntry>(StringComparer.Ordinal);
        foreach (var (path, entry) in list.Entries ?? new Dictionary<string, FileEntry>())
        {
            if (entry is not { Type: FileEntry.File or FileEntry.Directory, Cid: { } cid } || !Cid.TryParse(cid, out _)) continue;
            if (!FilePath.TryNormalize(path, options.MaxDepth, out var normal, out _)) continue;
            entries[normal] = entry;
            if (entries.Count > options.MaxListedEntries) throw Violation($"a list of more than {options.MaxListedEntries} files");
        }

        return new FileList(list.Cid, entries);
    }

    /// <summary>Reads the JSON of an answer about a file or folder.</summary>
    /// <exception cref="Libp2pException">It is none.</exception>
    public static FileAnswerBody ReadFile(ReadOnlySpan<byte> json) => Read(json, GatewayJson.Wire.FileAnswerBody) ?? throw Violation("an answer that is null");

    /// <summary>The other gateway broke the protocol.</summary>
    public static Libp2pException Violation(string message, Exception? inner = null) => new(Libp2pError.ProtocolViolation, message, inner);

    private static T? Read<T>(ReadOnlySpan<byte> json, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(json, type);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException)
        {
            throw Violation($"a message about files is malformed: {e.Message}", e);
        }
    }
}
