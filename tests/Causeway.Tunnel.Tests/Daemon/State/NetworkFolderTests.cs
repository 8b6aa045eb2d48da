using Causeway.Tunnel.Daemon.State;
using Causeway.Tunnel.Protocol.Wire;

namespace Causeway.Tunnel.Tests.Daemon.State;

/// <summary>Where networks are kept, what is in their folders, and the lock.</summary>
public sealed class NetworkFolderTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("causeway-state-");

    private TunnelFolders Folders => new(Path.Combine(_folder.FullName, "state"), Path.Combine(_folder.FullName, "run"));

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(true, null, "", "/var/lib/causeway/tunnel", "/run/causeway")]
    [InlineData(true, "/own", "", "/own", "/own")]
    [InlineData(true, null, "CAUSEWAY_STATE=/s", "/s", "/s")]
    [InlineData(true, null, "CAUSEWAY_STATE=/s CAUSEWAY_RUNTIME=/r", "/s", "/r")]
    [InlineData(true, "/own", "CAUSEWAY_STATE=/s CAUSEWAY_RUNTIME=/r", "/own", "/own")]
    [InlineData(true, null, "CAUSEWAY_RUNTIME=/r XDG_STATE_HOME=/x", "/var/lib/causeway/tunnel", "/r")]
    [InlineData(false, null, "HOME=/home/me", "/home/me/.local/state/causeway/tunnel", "/home/me/.local/state/causeway/tunnel")]
    [InlineData(false, null, "HOME=/home/me XDG_STATE_HOME=/x XDG_RUNTIME_DIR=/run/user/7", "/x/causeway/tunnel", "/run/user/7/causeway")]
    public void The_folders_follow_the_command_line_the_environment_and_the_user(bool isRoot, string? named, string variables, string state, string runtime)
    {
        var table = variables.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToDictionary(v => v.Split('=')[0], v => v.Split('=')[1]);
        Assert.Equal(new TunnelFolders(state, runtime), TunnelFolders.Resolve(named, name => table.GetValueOrDefault(name), isRoot));
    }

    [Fact]
    public void A_network_is_there_when_its_roster_is_and_joining_is_over()
    {
        Assert.Empty(Folders.Networks());
        foreach (var name in new[] { "work", "home", "half", "empty" }) Folders.Network(name).Create();
        Directory.CreateDirectory(Path.Combine(Folders.State, "Not a network"));
        foreach (var name in new[] { "work", "home", "half" }) File.WriteAllText(Folders.Network(name).RosterPath, "");
        File.WriteAllText(Folders.Network("half").JoiningPath, "");
        Assert.Equal(["home", "work"], Folders.Networks().Select(n => n.Name));
        Folders.Network("home").Delete();
        Assert.Equal(["work"], Folders.Networks().Select(n => n.Name));
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("Home")]
    [InlineData("-x")]
    public void Nothing_outside_of_the_folder_can_be_named(string name) => Assert.Throws<TunnelException>(() => Folders.Network(name));

    [Fact]
    public void Only_its_owner_may_look_inside_even_if_the_folder_was_there()
    {
        if (OperatingSystem.IsWindows()) return;
        const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        var network = Folders.Network("home");
        Directory.CreateDirectory(network.FullPath);
        network.Create();
        network.CreateRuntime();
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(network.FullPath));
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(network.RuntimePath));
    }

    [Fact]
    public async Task One_process_at_a_time_has_the_lock()
    {
        var network = Folders.Network("home");
        network.Create();
        Assert.True(await NetworkLock.WaitUntilFreeAsync(network, Patience, TestContext.Current.CancellationToken));
        var held = NetworkLock.TryTake(network);
        Assert.NotNull(held);
        Assert.Null(NetworkLock.TryTake(network));
        Assert.False(await NetworkLock.WaitUntilFreeAsync(network, TimeSpan.Zero, TestContext.Current.CancellationToken));
        var waiting = NetworkLock.WaitUntilFreeAsync(network, Patience, TestContext.Current.CancellationToken);
        Assert.False(waiting.IsCompleted);
        held.Dispose();
        Assert.True(await waiting);
    }

    [Fact]
    public void Settings_are_read_as_they_were_written_and_defaults_need_no_file()
    {
        var path = Path.Combine(_folder.FullName, "settings.json");
        Assert.Equal(new TunnelSettings(), TunnelSettings.Load(path));
        var settings = new TunnelSettings { Device = "tap7", Mtu = 1400, Offload = false, HeartbeatSeconds = 10, RotationSeconds = 60 };
        settings.Save(path);
        Assert.Equal(settings, TunnelSettings.Load(path));
        File.WriteAllText(path, "{ \"mtu\": 1280, /* the rest as usual */ }");
        Assert.Equal(new TunnelSettings { Mtu = 1280 }, TunnelSettings.Load(path));
    }

    [Theory]
    [InlineData("{ \"mut\": 1280 }", "mut")]
    [InlineData("", "cannot be used")]
    [InlineData("null", "it is empty")]
    [InlineData("{ \"device\": null }", "cannot be used")]
    [InlineData("{ \"mtu\": \"much\" }", "mtu")]
    public void Settings_that_make_no_sense_are_named(string text, string part)
    {
        var path = Path.Combine(_folder.FullName, "settings.json");
        File.WriteAllText(path, text);
        var wrong = Assert.Throws<TunnelException>(() => TunnelSettings.Load(path));
        Assert.Contains(path, wrong.Message, StringComparison.Ordinal);
        Assert.Contains(part, wrong.Message, StringComparison.Ordinal);
    }
}
