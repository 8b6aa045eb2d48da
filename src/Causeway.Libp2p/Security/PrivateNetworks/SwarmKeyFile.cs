using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;

namespace Causeway.Libp2p.Security.PrivateNetworks;

/// <summary>The file format of private networks' keys. Strict: nothing is skipped, and what is too long or too short is no key.</summary>
internal static class SwarmKeyFile
{
    // The longest valid one has two lines of header, 64 digits and line ends; a page is generous.
    private const int MaxLength = 4096;

    public static PreSharedKey Load(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        var buffer = GC.AllocateArray<byte>(MaxLength + 1, pinned: true);
        try
        {
            return Parse(buffer.AsSpan(0, stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false)));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
        }
    }

    public static PreSharedKey Parse(ReadOnlySpan<byte> file)
    {
        if (file.Length > MaxLength) throw Malformed("it is too long");
        if (!TakeLine(ref file).SequenceEqual("/key/swarm/psk/1.0.0/"u8)) throw Malformed("it does not begin with the line /key/swarm/psk/1.0.0/");
        var encoding = TakeLine(ref file);
        Span<byte> key = stackalloc byte[PreSharedKey.Size];
        try
        {
            if (encoding.SequenceEqual("/base16/"u8)) ReadBase16(WithoutLineEnd(file), key);
            else if (encoding.SequenceEqual("/base64/"u8)) ReadBase64(WithoutLineEnd(file), key);
            else if (encoding.SequenceEqual("/bin/"u8)) ReadBinary(file, key);
            else throw Malformed("its second line is none of /base16/, /base64/ and /bin/");
            return new PreSharedKey(key);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    public static byte[] Format(ReadOnlySpan<byte> key)
    {
        var header = "/key/swarm/psk/1.0.0/\n/base16/\n"u8;
        var file = GC.AllocateUninitializedArray<byte>(header.Length + (2 * key.Length) + 1, pinned: true);
        header.CopyTo(file);
        Convert.TryToHexStringLower(key, file.AsSpan(header.Length), out _);
        file[^1] = (byte)'\n';
        return file;
    }

    private static ReadOnlySpan<byte> TakeLine(ref ReadOnlySpan<byte> file)
    {
        var end = file.IndexOf((byte)'\n');
        if (end < 0) throw Malformed("it ends too early");
        var line = file[..end];
        file = file[(end + 1)..];
        return line.EndsWith("\r"u8) ? line[..^1] : line;
    }

    private static ReadOnlySpan<byte> WithoutLineEnd(ReadOnlySpan<byte> text)
    {
        if (text.EndsWith("\n"u8)) text = text[..^1];
        return text.EndsWith("\r"u8) ? text[..^1] : text;
    }

    private static void ReadBase16(ReadOnlySpan<byte> text, Span<byte> key)
    {
        if (text.Length != 2 * key.Length || Convert.FromHexString(text, key, out _, out _) != OperationStatus.Done)
            throw Malformed($"after /base16/ there must be {2 * key.Length} hexadecimal digits");
    }

    private static void ReadBase64(ReadOnlySpan<byte> text, Span<byte> key)
    {
        // The decoder of the framework passes over white space, which has no place here.
        if (text.Length != Base64.GetMaxEncodedToUtf8Length(key.Length) || text.ContainsAny(" \t\r\n"u8)
            || Base64.DecodeFromUtf8(text, key, out _, out var written) != OperationStatus.Done || written != key.Length)
        {
            throw Malformed($"after /base64/ there must be {Base64.GetMaxEncodedToUtf8Length(key.Length)} digits of base 64 with their padding");
        }
    }

    private static void ReadBinary(ReadOnlySpan<byte> bytes, Span<byte> key)
    {
        if (bytes.Length != key.Length) throw Malformed($"after /bin/ there must be {key.Length} bytes");
        bytes.CopyTo(key);
    }

    private static FormatException Malformed(string reason) => new($"This is no key of a private network: {reason}. Make one, or copy the whole file from another member.");
}
