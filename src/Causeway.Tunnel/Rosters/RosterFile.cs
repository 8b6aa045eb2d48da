using System.Buffers.Binary;
using System.Security.Cryptography;
using Causeway.Cryptography.KeyFiles;
using Causeway.Tunnel.Rosters.Entries;

namespace Causeway.Tunnel.Rosters;

/// <summary>
/// A log on disk: <c>"causeway roster 1\n" ‖ network ID (32)</c>, then for each entry <c>length u16 ‖ entry ‖ first 4 bytes of its SHA-256</c>. It is
/// only appended to, and every append is on the disk before it counts. What a crash left unfinished at the end is cut off; damage elsewhere is
/// refused. One process at a time.
/// </summary>
public sealed class RosterFile : IRosterStore, IDisposable
{
    private const int LengthSize = 2;
    private const int CheckSize = 4;
    private readonly string _path;
    private readonly FileStream _stream;

    private RosterFile(string path, FileStream stream) => (_path, _stream) = (path, stream);

    private static ReadOnlySpan<byte> Magic => "causeway roster 1\n"u8;

    /// <summary>Makes the file of a network that this machine creates (then with its CREATE entry) or joins (then empty).</summary>
    /// <exception cref="RosterException">It exists or cannot be written.</exception>
    public static void Create(string path, RosterEntryId network, RosterEntry? first = null)
    {
        try
        {
            PrivateFile.Create(path, [.. Magic, .. network.ToByteArray(), .. first is null ? [] : Record(first)]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RosterException($"{path}: The network's file cannot be made: {e.Message}", e);
        }
    }

    /// <summary>Opens a file and reads its log. Signatures were checked before entries were written, and are not again.</summary>
    /// <exception cref="RosterException">It is not there, is in use, is no roster, or is damaged.</exception>
    public static (RosterFile File, RosterLog Log) Open(string path, IRosterVerifier? verifier = null)
    {
        FileStream? stream = null;
        try
        {
            stream = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            var content = new byte[stream.Length];
            stream.ReadExactly(content);
            var file = new RosterFile(path, stream);
            var log = file.Read(content, verifier);
            stream = null;
            return (file, log);
        }
        catch (FileNotFoundException e)
        {
            throw new RosterException($"{path}: This machine is in no network yet; make one or join one.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RosterException($"{path}: The network's file cannot be opened: {e.Message}", e);
        }
        finally
        {
            stream?.Dispose();
        }
    }

    /// <inheritdoc/>
    /// <exception cref="RosterException">The disk is full or fails.</exception>
    public void Append(IReadOnlyList<RosterEntry> entries)
    {
        var end = _stream.Length;
        try
        {
            _stream.Position = end;
            _stream.Write(entries.SelectMany(Record).ToArray());
            _stream.Flush(flushToDisk: true);
        }
        catch (IOException e)
        {
            TryCut(end);
            throw new RosterException($"{_path}: The network's file cannot be written: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private static byte[] Record(RosterEntry entry)
    {
        var record = new byte[LengthSize + entry.Bytes.Length + CheckSize];
        BinaryPrimitives.WriteUInt16BigEndian(record, (ushort)entry.Bytes.Length);
        entry.Bytes.Span.CopyTo(record.AsSpan(LengthSize));
        SHA256.HashData(entry.Bytes.Span).AsSpan(0, CheckSize).CopyTo(record.AsSpan(LengthSize + entry.Bytes.Length));
        return record;
    }

    private RosterLog Read(ReadOnlySpan<byte> content, IRosterVerifier? verifier)
    {
        var header = Magic.Length + RosterEntryId.Size;
        if (content.Length < header || !content.StartsWith(Magic)) throw new RosterException($"{_path}: This is not the file of a network; name the right one.");
        var log = new RosterLog(RosterEntryId.Read(content[Magic.Length..header]), this, verifier);
        var position = header;
        while (position < content.Length)
        {
            var rest = content[position..];
            var length = rest.Length < LengthSize ? int.MaxValue : BinaryPrimitives.ReadUInt16BigEndian(rest);
            var size = (long)LengthSize + length + CheckSize;

            // The last append may have ended anywhere when the machine stopped, or its place may be reserved and empty. But no append has such a length.
            if (rest.Length >= LengthSize && length > RosterLimits.EntrySize) throw Damaged(position);
            if (size > rest.Length) break;
            var entry = rest.Slice(LengthSize, length);
            if (!SHA256.HashData(entry).AsSpan(0, CheckSize).SequenceEqual(rest.Slice(LengthSize + length, CheckSize)))
            {
                if (size == rest.Length || !rest.ContainsAnyExcept((byte)0)) break;
                throw Damaged(position);
            }

            if (!RosterEntry.TryDecode(entry, out var decoded) || log.Add(decoded, isTrusted: true) is not (RosterAddResult.Added or RosterAddResult.Known)) throw Damaged(position);
            position += (int)size;
        }

        if (position < content.Length) TryCut(position);
        return log;
    }

    private void TryCut(long length)
    {
        try
        {
            _stream.SetLength(length);
            _stream.Flush(flushToDisk: true);
        }
        catch (IOException)
        {
            // Then the tail stays, and is cut at the next start.
        }
    }

    private RosterException Damaged(long position) => new(
        $"{_path}: The network's file is damaged at byte {position}; restore it from a copy, or move it away and join the network again.");
}
