using System.Text.Unicode;
using Microsoft.AspNetCore.StaticFiles;

namespace Causeway.Gateway.Files;

/// <summary>
/// What kind of file something is: by its name, else by how it begins. Nothing that a browser would execute is recognised by its content, so that nobody can make
/// it so.
/// </summary>
internal static class MediaTypes
{
    /// <summary>Anything.</summary>
    public const string Unknown = "application/octet-stream";

    /// <summary>Bytes of a file's beginning that are looked at.</summary>
    public const int SniffLength = 512;

    private const string PlainText = "text/plain; charset=utf-8";

    private static readonly FileExtensionContentTypeProvider ByName = CreateByName();

    // The WHATWG's MIME sniffing standard, sections 6.1 to 6.4, and the formats' own specifications.
    private static readonly (int Offset, byte[] Bytes, string Type)[] Signatures =
    [
        (0, [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], "image/png"),
        (0, [0xFF, 0xD8, 0xFF], "image/jpeg"),
        (0, "GIF87a"u8.ToArray(), "image/gif"),
        (0, "GIF89a"u8.ToArray(), "image/gif"),
        (8, "WEBPVP"u8.ToArray(), "image/webp"),
        (4, "ftypavif"u8.ToArray(), "image/avif"),
        (0, "BM"u8.ToArray(), "image/bmp"),
        (4, "ftyp"u8.ToArray(), "video/mp4"),
        (0, [0x1A, 0x45, 0xDF, 0xA3], "video/webm"),
        (0, "OggS\0"u8.ToArray(), "application/ogg"),
        (0, "ID3"u8.ToArray(), "audio/mpeg"),
        (0, "fLaC"u8.ToArray(), "audio/flac"),
        (8, "WAVE"u8.ToArray(), "audio/wav"),
        (0, "%PDF-"u8.ToArray(), "application/pdf"),
        (0, [0x50, 0x4B, 0x03, 0x04], "application/zip"),
        (0, [0x1F, 0x8B, 0x08], "application/gzip"),
    ];

    /// <summary>The type of a name's extension; null for one that says nothing.</summary>
    public static string? OfName(string name)
    {
        if (!ByName.TryGetContentType(name, out var type)) return null;
        return type.StartsWith("text/", StringComparison.Ordinal) ? type + "; charset=utf-8" : type;
    }

    /// <summary>The type of a content by its first bytes, up to <see cref="SniffLength"/> of them.</summary>
    public static string OfContent(ReadOnlySpan<byte> beginning)
    {
        foreach (var (offset, bytes, type) in Signatures)
        {
            if (beginning.Length >= offset + bytes.Length && beginning[offset..].StartsWith(bytes)) return type;
        }

        return IsText(beginning) ? PlainText : Unknown;
    }

    private static bool IsText(ReadOnlySpan<byte> beginning)
    {
        foreach (var b in beginning)
        {
            if (b < 0x20 && b is not ((byte)'\t' or (byte)'\n' or (byte)'\r' or 0x0C or 0x1B)) return false;
        }

        // The last character may be cut.
        for (var cut = 0; cut < 4 && cut <= beginning.Length; cut++)
        {
            if (Utf8.IsValid(beginning[..^cut])) return cut == 0 || beginning.Length == SniffLength;
        }

        return false;
    }

    private static FileExtensionContentTypeProvider CreateByName()
    {
        var provider = new FileExtensionContentTypeProvider();
        provider.Mappings[".mjs"] = "text/javascript";
        provider.Mappings[".md"] = "text/markdown";
        provider.Mappings[".webmanifest"] = "application/manifest+json";
        provider.Mappings[".avif"] = "image/avif";
        return provider;
    }
}
