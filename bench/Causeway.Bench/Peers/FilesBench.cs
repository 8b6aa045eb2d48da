using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.Stores.Sqlite;
using Causeway.Ipfs.UnixFs;

namespace Causeway.Bench.Peers;

/// <summary>The counterpart of <c>js/files.mjs</c>.</summary>
internal static class FilesBench
{
    private const int MiB = 1024 * 1024;
    private const int WarmUp = 64;

    public static async Task<int> RunAsync(string what, int megabytes)
    {
        await MeasureAsync(what, WarmUp);
        var seconds = await MeasureAsync(what, megabytes);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $$"""{"seconds":{{seconds}}}"""));
        return 0;
    }

    private static async Task<double> MeasureAsync(string what, int megabytes)
    {
        using var content = new CountedStream((long)megabytes * MiB);
        if (what == "sha256") return await HashAsync(content);
        var folder = what.EndsWith("-sqlite", StringComparison.Ordinal) ? Directory.CreateTempSubdirectory("causeway-bench-") : null;
        try
        {
            await using IBlockStore store = folder is null ? new MemoryBlockStore() : await SqliteBlockStore.OpenAsync(Path.Combine(folder.FullName, "blocks.db"));
            return await MeasureAsync(what, content, store);
        }
        finally
        {
            folder?.Delete(recursive: true);
        }
    }

    private static async Task<double> MeasureAsync(string what, Stream content, IBlockStore store)
    {
        var importer = new UnixFsImporter(store, what == "import-gateway" ? ImportProfile.Gateway : ImportProfile.HeliaDefault);
        var watch = Stopwatch.StartNew();
        var file = await importer.ImportAsync(content);
        if (!what.StartsWith("export", StringComparison.Ordinal)) return watch.Elapsed.TotalSeconds;
        watch.Restart();
        await using var stream = await new UnixFsReader(store).OpenReadAsync(file.Cid);
        var buffer = new byte[MiB];
        var total = 0L;
        while (await stream.ReadAsync(buffer) is > 0 and var read) total += read;
        return total == content.Length ? watch.Elapsed.TotalSeconds : throw new InvalidOperationException("The file was not read to its end.");
    }

    private static async Task<double> HashAsync(Stream content)
    {
        var watch = Stopwatch.StartNew();
        await SHA256.HashDataAsync(content);
        return watch.Elapsed.TotalSeconds;
    }

    /// <summary>Noise that costs nothing to make: the same MiB again and again, each with its number in front, so that no two leaves are the same.</summary>
    private sealed class CountedStream : Stream
    {
        private readonly byte[] _noise = new byte[MiB];
        private readonly long _length;
        private long _position;

        public CountedStream(long length)
        {
            _length = length;
            new Random(1).NextBytes(_noise);
        }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => _length;

        public override long Position
        {
            get => _position;
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer)
        {
            var offset = (int)(_position % MiB);
            if (offset == 0) BitConverter.TryWriteBytes(_noise, _position);
            var count = (int)Math.Min(Math.Min(buffer.Length, MiB - offset), _length - _position);
            _noise.AsSpan(offset, count).CopyTo(buffer);
            _position += count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(Read(buffer.Span));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
