using System.Diagnostics;
using System.Globalization;
using Causeway.Apps.Processes;

namespace Causeway.Apps.Tests.Processes;

/// <summary>The list of running apps.</summary>
public sealed class AppTableTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly AppTable _table;

    public AppTableTests() => _table = new AppTable(_folder["apps"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_app_is_listed_while_it_runs()
    {
        Assert.Empty(_table.List());
        using (_table.Enter(Mine("one")))
        using (_table.Enter(Mine("two", minutes: 1)))
        {
            Assert.Equal(["one", "two"], _table.List().Select(a => a.Record.Name));
            Assert.All(_table.List(), a => Assert.True(AppTable.IsAlive(a)));
            Assert.Equal(Mine("one"), _table.List()[0].Record);
        }

        Assert.Empty(_table.List());
        Assert.Empty(Directory.GetFiles(_folder["apps"]));
    }

    [Fact]
    public void Only_its_user_may_look()
    {
        using var entry = _table.Enter(Mine("one"));
        if (OperatingSystem.IsWindows()) return;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder["apps"]));
        foreach (var file in Directory.GetFiles(_folder["apps"])) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public void A_folder_that_others_may_write_is_not_used()
    {
        if (OperatingSystem.IsWindows()) return;
        Directory.CreateDirectory(_folder["apps"]);
        File.SetUnixFileMode(_folder["apps"], (UnixFileMode)0b111_111_111);
        Assert.Throws<UnauthorizedAccessException>(() => _table.Enter(Mine("one")));
    }

    [Fact]
    public void What_a_killed_process_left_is_cleaned_away()
    {
        using (_table.Enter(Mine("one")))
        {
            // A killed process leaves its files, and no locks.
            File.Copy(Directory.GetFiles(_folder["apps"], "*.json").Single(), _folder["apps/dead.json"]);
            _folder.Write("apps/dead.lock", "");
            _folder.Write("apps/orphan.json", "{}");
            _folder.Write("apps/orphan.json.0123.new", "{");
            Assert.Equal(["one"], _table.List().Select(a => a.Record.Name));
            Assert.Equal(2, Directory.GetFiles(_folder["apps"]).Length);
        }
    }

    [Fact]
    public void A_record_of_another_process_is_not_listed_under_its_ID()
    {
        // The lock is held, but the process with the ID began at another time.
        using var entry = _table.Enter(Mine("one") with { StartMark = ProcessStart.Mine - 1 });
        Assert.Empty(_table.List());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("{\"processId\":1}")]
    public void A_record_that_makes_no_sense_is_passed_over(string content)
    {
        using var entry = _table.Enter(Mine("one"));
        File.WriteAllText(Directory.GetFiles(_folder["apps"], "*.json").Single(), content);
        Assert.Empty(_table.List());
    }

    [Fact]
    public async Task Many_that_begin_end_and_look_at_once_do_not_disturb_each_other()
    {
        using var stays = _table.Enter(Mine("stays"));
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() =>
        {
            for (var round = 0; round < Soak.Count(40, 2000); round++)
            {
                using var entry = _table.Enter(Mine($"app-{i}"));
                var names = _table.List().Select(a => a.Record.Name).ToList();
                Assert.Contains("stays", names);
                Assert.Contains($"app-{i}", names);
            }
        })));
        Assert.Equal(["stays"], _table.List().Select(a => a.Record.Name));
        Assert.Equal(2, Directory.GetFiles(_folder["apps"]).Length);
    }

    [Fact]
    public async Task A_process_that_only_has_the_ID_is_not_ended()
    {
        if (!OperatingSystem.IsLinux()) Requirement.Missing("Linux");
        using var other = Process.Start("sleep", "1000");
        try
        {
            var record = Mine("one") with { ProcessId = other.Id, StartMark = ProcessStart.Of(other.Id)!.Value - 1 };
            using (_table.Enter(record))
            {
                var app = new RunningApp(record, Directory.GetFiles(_folder["apps"], "*.lock").Single());
                Assert.Equal(EndResult.Gone, await AppEnding.EndAsync(app, TimeSpan.FromSeconds(60), force: true));
            }

            // The right start, but nobody holds the lock.
            var dead = new RunningApp(record with { StartMark = record.StartMark + 1 }, _folder.Write("apps/dead.lock"));
            Assert.Equal(EndResult.Gone, await AppEnding.EndAsync(dead, TimeSpan.FromSeconds(60), force: true));
            Assert.False(other.HasExited);
        }
        finally
        {
            other.Kill();
        }
    }

    [Fact]
    public async Task A_process_is_asked_first_and_killed_only_by_force()
    {
        if (!OperatingSystem.IsLinux()) Requirement.Missing("Linux");
        using var stubborn = Process.Start(new ProcessStartInfo("sh", ["-c", "trap '' TERM; echo ready; exec sleep 1000"]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        try
        {
            Assert.Equal("ready", await stubborn.StandardOutput.ReadLineAsync());
            var record = Mine("one") with { ProcessId = stubborn.Id, StartMark = ProcessStart.Of(stubborn.Id)!.Value };
            using var entry = _table.Enter(record);
            var app = Assert.Single(_table.List());
            Assert.Equal(EndResult.StillRuns, await AppEnding.EndAsync(app, TimeSpan.FromMilliseconds(50), force: false));
            Assert.False(stubborn.HasExited);
            Assert.Equal(EndResult.Killed, await AppEnding.EndAsync(app, TimeSpan.FromMilliseconds(50), force: true));
            await stubborn.WaitForExitAsync();
        }
        finally
        {
            if (!stubborn.HasExited) stubborn.Kill();
        }
    }

    [Fact]
    public void The_mark_of_a_process_stays_and_differs_from_those_of_others()
    {
        Assert.Equal(ProcessStart.Mine, ProcessStart.Of(Environment.ProcessId));
        Assert.NotEqual(0, ProcessStart.Mine);
        Assert.Null(ProcessStart.Of(int.MaxValue));
    }

    [Fact]
    public void The_table_lies_in_the_sessions_folder_or_in_the_state()
    {
        Assert.Equal(Path.Combine(_folder.Root, "causeway", "apps"), AppTable.FolderFor(_ => _folder.Root, "/state"));
        Assert.Equal("/state/apps", AppTable.FolderFor(_ => null, "/state"));
        Assert.Equal("/state/apps", AppTable.FolderFor(_ => "/there/is/no/such/folder", "/state"));
        Assert.Equal("/state/apps", AppTable.FolderFor(_ => "relative", "/state"));
    }

    private static AppRecord Mine(string name, int minutes = 0) => new()
    {
        ProcessId = Environment.ProcessId,
        StartMark = ProcessStart.Mine,
        Name = name,
        Site = "/site",
        Address = new Uri("http://localhost:10000/"),
        Started = DateTimeOffset.Parse("2026-01-01T00:00:00Z", CultureInfo.InvariantCulture).AddMinutes(minutes),
    };
}
