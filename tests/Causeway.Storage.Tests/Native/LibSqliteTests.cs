using Causeway.Storage.Native;

namespace Causeway.Storage.Tests.Native;

public sealed class LibSqliteTests
{
    [Fact]
    public void A_missing_library_is_named_with_what_to_install()
    {
        var failure = Assert.Throws<PlatformNotSupportedException>(() => LibSqlite.Load(["libcausewaynonexistent.so.0"]));
        Assert.Contains("libcausewaynonexistent.so.0: not found", failure.Message);
        Assert.Contains("libsqlite3-0", failure.Message);
    }

    [Fact]
    public void A_library_that_is_not_SQLite_is_refused()
    {
        if (!OperatingSystem.IsLinux()) Requirement.Missing("Linux, for a library that is always there");
        var failure = Assert.Throws<PlatformNotSupportedException>(() => LibSqlite.Load(["libc.so.6"]));
        Assert.Contains("libc.so.6: not SQLite", failure.Message);
    }

    [Fact]
    public void The_library_in_use_names_its_version() => Assert.Matches("^3\\.[0-9]+\\.", SqliteLibrary.Version);
}
