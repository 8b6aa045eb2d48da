using System.Text;
using Causeway.Tunnel.Protocol.Wire;

namespace Causeway.Cli.Tunnel.Output;

/// <summary>Reads a log that <see cref="Hosting.Logging.FileLog"/> writes, and the one before it.</summary>
internal sealed class LogReader(string path)
{
    private long _position;

    /// <summary>Writes the last lines.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="count">How many; 0 for all.</param>
    /// <exception cref="TunnelException">There is no log, or it cannot be read.</exception>
    public void WriteTail(TextWriter writer, int count)
    {
        try
        {
            var lines = File.Exists(path + ".1") ? Lines(path + ".1", out _).ToList() : [];
            lines.AddRange(Lines(path, out _position));
            foreach (var line in count == 0 ? lines : lines.TakeLast(count)) writer.WriteLine(line);
            writer.Flush();
        }
        catch (FileNotFoundException e)
        {
            throw new TunnelException("There is no log yet; it begins with 'causeway tunnel up'.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TunnelException($"The log '{path}' cannot be read: {e.Message.TrimEnd('.')}.", e);
        }
    }

    /// <summary>As <see cref="WriteTail"/>, and then every line that comes.</summary>
    public async Task FollowAsync(TextWriter writer, int count, CancellationToken stop)
    {
        // Before the first look, so that nothing comes in between unseen.
        using var news = new SemaphoreSlim(0);
        using var watcher = new FileSystemWatcher(Path.GetDirectoryName(path)!, Path.GetFileName(path)) { NotifyFilter = NotifyFilters.LastWrite | NotifyFilters.Size | NotifyFilters.FileName };
        void Wake() => news.Release();
        watcher.Changed += (_, _) => Wake();
        watcher.Created += (_, _) => Wake();
        watcher.Renamed += (_, _) => Wake();
        watcher.EnableRaisingEvents = true;
        WriteTail(writer, count);
        while (!stop.IsCancellationRequested)
        {
            await news.WaitAsync(stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Continue(writer);
        }
    }

    private static string[] Lines(string file, out long end)
    {
        using var stream = Open(file);
        var content = new byte[stream.Length];
        var length = stream.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);

        // A line that is being written is left for later.
        end = content.AsSpan(0, length).LastIndexOf((byte)'\n') + 1;
        return end == 0 ? [] : Encoding.UTF8.GetString(content, 0, (int)end - 1).Split('\n');
    }

    // What has come behind a position, up to the last whole line.
    private static string Rest(string file, ref long position)
    {
        using var stream = Open(file);
        if (stream.Length <= position) return "";
        stream.Position = position;
        var content = new byte[stream.Length - position];
        var length = stream.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
        var whole = content.AsSpan(0, length).LastIndexOf((byte)'\n') + 1;
        position += whole;
        return Encoding.UTF8.GetString(content, 0, whole);
    }

    private static FileStream Open(string file) => new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    private void Continue(TextWriter writer)
    {
        try
        {
            if (new FileInfo(path).Length < _position)
            {
                // A new file has begun; the end of the one before comes first.
                writer.Write(Rest(path + ".1", ref _position));
                _position = 0;
            }

            writer.Write(Rest(path, ref _position));
            writer.Flush();
        }
        catch (IOException)
        {
            // Between two files; the next event comes.
        }
    }
}
