using Causeway.Hosting.Logging;
using Causeway.Testing;
using Microsoft.Extensions.Logging;

namespace Causeway.Hosting.Tests.Logging;

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

    private static void Say(ILogger logger, string text) => logger.Log(LogLevel.Information, default, text, null, (state, _) => state);
}
