using Causeway.Hosting.Logging;
using Microsoft.Extensions.Logging;

namespace Causeway.Hosting.Tests.Logging;

/// <summary>The log in a file.</summary>
public sealed class FileLogTests : IDisposable
{
    private const int Limit = 200;

    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-log-").FullName;

    private string FilePath => Path.Combine(_folder, "daemon.log");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_file_that_has_grown_becomes_the_old_one()
    {
        using var log = new FileLog(FilePath, Limit, new ManualTimeProvider());
        var logger = log.CreateLogger("A.B.Things");
        for (var i = 0; i < 12; i++) Say(logger, $"line {i}");
        Assert.InRange(new FileInfo(FilePath).Length, 1, Limit + 100);
        Assert.InRange(new FileInfo(FilePath + ".1").Length, Limit, Limit + 100);
        Assert.EndsWith("line 11 (Things)\n", File.ReadAllText(FilePath), StringComparison.Ordinal);
        Assert.Equal(2, Directory.GetFiles(_folder).Length);
    }

    [Fact]
    public void Where_the_old_file_cannot_be_put_away_lines_are_lost_and_nothing_else()
    {
        // A folder in the old file's place: it cannot be replaced by a file, whoever asks.
        Directory.CreateDirectory(FilePath + ".1");
        using var log = new FileLog(FilePath, Limit, new ManualTimeProvider());
        var logger = log.CreateLogger("A");
        for (var i = 0; i < 100; i++) Say(logger, $"line {i}");
        Assert.InRange(new FileInfo(FilePath).Length, Limit, Limit + 100);

        // When it can be again, logging goes on.
        Directory.Delete(FilePath + ".1");
        Say(logger, "again");
        Assert.EndsWith("again (A)\n", File.ReadAllText(FilePath), StringComparison.Ordinal);
        Assert.True(File.Exists(FilePath + ".1"));
    }

    [Fact]
    public void What_is_logged_after_the_end_is_lost()
    {
        var log = new FileLog(FilePath, Limit, new ManualTimeProvider());
        var logger = log.CreateLogger("A");
        log.Dispose();
        Say(logger, "late");
        Assert.Empty(File.ReadAllText(FilePath));
    }

    [Fact]
    public void A_line_has_its_time_its_level_and_its_category_and_nothing_that_a_terminal_obeys()
    {
        using (var log = new FileLog(FilePath, 1000, new ManualTimeProvider()))
        {
            var logger = log.CreateLogger("Causeway.Tunnel.Daemon");
            logger.Log(LogLevel.Information, 1, "begins", null, (s, _) => s);
            logger.Log(LogLevel.Warning, 1, "a relay says \u001b[2J\nforged line", null, (s, _) => s);
            logger.Log(LogLevel.Warning, 1, "failed", new InvalidOperationException("why"), (s, _) => s);
        }

        Assert.Equal(
            """
            2026-01-01T00:00:00.000Z begins (Daemon)
            2026-01-01T00:00:00.000Z warning: a relay says \u001b[2J
                forged line (Daemon)
            2026-01-01T00:00:00.000Z warning: failed: why (Daemon)

            """,
            File.ReadAllText(FilePath));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(FilePath));
    }

    [Fact]
    public void What_was_there_stays_and_two_files_of_bounded_size_are_kept()
    {
        File.WriteAllText(FilePath, "before\n");
        using (var log = new FileLog(FilePath, 200, new ManualTimeProvider()))
        {
            var logger = log.CreateLogger("x");
            for (var i = 0; i < 100; i++) logger.Log(LogLevel.Information, 1, i, null, (s, _) => $"line {s}");
        }

        Assert.Equal([FilePath, FilePath + ".1"], Directory.GetFiles(_folder).Order());
        Assert.InRange(new FileInfo(FilePath).Length, 0, 240);
        Assert.InRange(new FileInfo(FilePath + ".1").Length, 200, 240);

        // No line is lost at the turn.
        var lines = File.ReadAllLines(FilePath + ".1").Concat(File.ReadAllLines(FilePath)).ToArray();
        Assert.Equal(Enumerable.Range(100 - lines.Length, lines.Length).Select(i => $"2026-01-01T00:00:00.000Z line {i} (x)"), lines);
    }

    private static void Say(ILogger logger, string text) => logger.Log(LogLevel.Information, default, text, null, (state, _) => state);
}
