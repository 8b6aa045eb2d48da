using System.Globalization;

namespace Causeway.Cli.Tests;

/// <summary>The command line, in process.</summary>
public sealed class CommandLineTests
{
    [Fact]
    public async Task Without_a_command_the_help_is_shown()
    {
        var (code, output, _) = await RunAsync();
        Assert.Equal(0, code);
        Assert.Contains("gateway", output);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("gateway", "--help")]
    [InlineData("id", "--help")]
    public async Task Help_is_a_success(params string[] args)
    {
        var (code, output, error) = await RunAsync(args);
        Assert.Equal(0, code);
        Assert.Contains("Usage:", output);
        Assert.Empty(error);
    }

    [Fact]
    public async Task The_version_is_the_builds()
    {
        var (code, output, _) = await RunAsync("version");
        Assert.Equal(0, code);
        Assert.Matches(@"^causeway \d+\.\d+\.\d+\S*\n$", output);
    }

    [Theory]
    [InlineData("fly")]
    [InlineData("gateway", "--nonsense")]
    [InlineData("gateway", "--port", "70000")]
    [InlineData("gateway", "--port", "abc")]
    [InlineData("gateway", "--listen", "nowhere")]
    [InlineData("id", "--type", "dsa")]
    [InlineData("completions", "tcsh")]
    [InlineData("gateway", "--dir", "/there/is/no/such/folder")]
    [InlineData("gateway", "--allow-origin", "not-an-origin")]
    [InlineData("id", "/there/is/no/such/key")]
    [InlineData("id", "--new")]
    public async Task What_makes_no_sense_is_a_usage_error(params string[] args)
    {
        var (code, _, error) = await RunAsync(args);
        Assert.Equal(2, code);
        Assert.NotEmpty(error);
        Assert.DoesNotContain("   at ", error);
    }

    [Fact]
    public async Task A_relay_that_is_reached_through_another_is_no_place_to_wait_at()
    {
        const string Id = "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA";
        var (code, _, error) = await RunAsync("gateway", "--relay", $"/ip4/192.0.2.1/tcp/9092/p2p/{Id}/p2p-circuit/p2p/{Id}");
        Assert.Equal(2, code);
        Assert.Contains("--relay takes relays' own multiaddrs", error);
        Assert.DoesNotContain("   at ", error);
    }

    [Theory]
    [InlineData("ed25519", "12D3KooW")]
    [InlineData("secp256k1", "16Uiu2HA")]
    [InlineData("ecdsa", "Qm")]
    [InlineData("rsa", "Qm")]
    public async Task An_identity_is_made_kept_private_and_shown_again(string type, string start)
    {
        var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            var (code, made, _) = await RunAsync("id", "--new", file, "--type", type);
            Assert.Equal(0, code);
            Assert.StartsWith($"peer ID  {start}", made);
            if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            var (_, shown, _) = await RunAsync("id", file);
            Assert.Equal(made, shown);
            Assert.DoesNotContain(shown.Split('\n'), line => line.StartsWith("key", StringComparison.Ordinal));

            var (again, _, error) = await RunAsync("id", "--new", file);
            Assert.Equal(2, again);
            Assert.Contains("cannot be created", error);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task A_key_in_binary_form_is_read_too()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllBytesAsync(file, Convert.FromBase64String("CAESQAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4fA6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg="));
        var (code, output, _) = await RunAsync("id", file);
        File.Delete(file);
        Assert.Equal(0, code);
        Assert.Contains("12D3KooWA4Xop1JaT3MHxwYMkCepYsv4iPVopMXwCz5iHYdBfeSB", output);
    }

    [Fact]
    public async Task A_file_without_a_key_is_explained()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "hello");
        var (code, _, error) = await RunAsync("id", file);
        File.Delete(file);
        Assert.Equal(2, code);
        Assert.Contains("holds no libp2p private key", error);
    }

    [Theory]
    [InlineData("bash", "complete -o default -F _causeway causeway")]
    [InlineData("zsh", "compdef _causeway causeway")]
    [InlineData("fish", "complete -c causeway")]
    public async Task Each_shell_gets_its_completions(string shell, string line)
    {
        var (code, output, _) = await RunAsync("completions", shell);
        Assert.Equal(0, code);
        Assert.Contains(line, output);
    }

    [Fact]
    public async Task The_shell_learns_what_may_come_next()
    {
        const string Line = "causeway gateway --no";
        var (_, output, _) = await RunAsync($"[suggest:{Line.Length.ToString(CultureInfo.InvariantCulture)}]", Line);
        Assert.Contains("--noopen", output);
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var code = await CommandLine.RunAsync(args, new CliEnvironment { Out = output, Error = error, OpenBrowser = _ => { }, Stop = new CancellationToken(true) });
        return (code, output.ToString(), error.ToString());
    }
}
