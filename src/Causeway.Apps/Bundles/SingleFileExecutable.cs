using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Causeway.Apps.Bundles;

/// <summary>
/// Looks into a .NET program in one file, which is a host with other files behind it and a manifest of them (dotnet/designs, accepted/2020/single-file/bundler.md). The
/// host says where the manifest is in the eight bytes in front of a mark: SHA-256 of ".net core bundle" and a line feed.
/// </summary>
public static class SingleFileExecutable
{
    private const string Program = "causeway.dll";

    // 6 since .NET 6.
    private const uint ManifestVersion = 6;

    private const int MaxFiles = 10_000;
    private const int MaxPath = 4096;
    private const int MaxConfiguration = 1024 * 1024;
    private const int BufferSize = 1 << 20;

    /// <summary>What the file is. Whatever follows the program makes no difference.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static ExecutableKind Inspect(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 64 * 1024);
        if (FindManifest(file) is not (> 0 and var start) || start >= file.Length) return ExecutableKind.NotOneFile;
        try
        {
            file.Position = start;
            using var reader = new BinaryReader(file, Encoding.UTF8, leaveOpen: true);
            return ReadManifest(reader, file);
        }
        catch (Exception e) when (e is EndOfStreamException or JsonException or FormatException or DecoderFallbackException)
        {
            return ExecutableKind.NotOneFile;
        }
    }

    private static ExecutableKind ReadManifest(BinaryReader reader, FileStream file)
    {
        if (reader.ReadUInt32() != ManifestVersion) return ExecutableKind.NotOneFile;
        reader.ReadUInt32();
        var count = reader.ReadInt32();
        if (count is < 1 or > MaxFiles) return ExecutableKind.NotOneFile;
        ReadText(reader);
        reader.ReadInt64();
        reader.ReadInt64();
        var (offset, length) = (reader.ReadInt64(), reader.ReadInt64());
        reader.ReadUInt64();
        var isCauseway = false;
        for (var i = 0; i < count; i++)
        {
            // Offset, length, compressed length, kind.
            reader.BaseStream.Seek((3 * sizeof(long)) + 1, SeekOrigin.Current);
            isCauseway |= ReadText(reader) == Program;
        }

        if (!isCauseway) return ExecutableKind.OtherProgram;
        return IsSelfContained(file, offset, length) ? ExecutableKind.SelfContained : ExecutableKind.NeedsRuntime;
    }

    // The configuration of the runtime names the frameworks that are inside, or those that must be there.
    private static bool IsSelfContained(FileStream file, long offset, long length)
    {
        if (offset < 0 || length is < 2 or > MaxConfiguration || offset > file.Length - length) return false;
        var configuration = new byte[length];
        file.Position = offset;
        file.ReadExactly(configuration);
        using var document = JsonDocument.Parse(configuration);
        return document.RootElement.ValueKind == JsonValueKind.Object
            && document.RootElement.TryGetProperty("runtimeOptions", out var options)
            && options.ValueKind == JsonValueKind.Object
            && options.TryGetProperty("includedFrameworks", out _);
    }

    // Seven bits of the length in each byte, low ones first (BinaryWriter).
    private static string ReadText(BinaryReader reader)
    {
        var length = reader.Read7BitEncodedInt();
        if (length is < 0 or > MaxPath) throw new FormatException("A name in the manifest is too long.");
        var bytes = reader.ReadBytes(length);
        return bytes.Length == length ? Encoding.UTF8.GetString(bytes) : throw new EndOfStreamException();
    }

    private static long? FindManifest(FileStream file)
    {
        var mark = SHA256.HashData(".net core bundle\n"u8);
        var buffer = new byte[BufferSize];
        var kept = 0;
        while (true)
        {
            var read = file.ReadAtLeast(buffer.AsSpan(kept), 1, throwOnEndOfStream: false);
            if (read == 0) return null;
            var filled = buffer.AsSpan(0, kept + read);
            if (filled.Length > sizeof(long) && filled[sizeof(long)..].IndexOf(mark) is >= 0 and var at) return BinaryPrimitives.ReadInt64LittleEndian(filled[at..]);

            // The mark, and the bytes in front of it, may lie across two reads.
            kept = Math.Min(filled.Length, mark.Length + sizeof(long));
            filled[^kept..].CopyTo(buffer);
        }
    }
}
