using System.Diagnostics;
using Causeway.Apps.Building;
using Causeway.Cryptography.Keys;

namespace Causeway.Apps.Tests.Building;

/// <summary>What goes into a bundle, and what stays.</summary>
public sealed class SiteScanTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public SiteScanTests() => _folder.Write("site/html/index.html");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(".env")]
    [InlineData("html/.env.production")]
    [InlineData(".git/config")]
    [InlineData("html/.ssh/known_hosts")]
    [InlineData("production.env")]
    [InlineData("tls.pem")]
    [InlineData("html/TLS.KEY")]
    [InlineData("cert.p12")]
    [InlineData("id_ed25519")]
    [InlineData("storage/peer.json")]
    [InlineData("blocks.db")]
    [InlineData("blocks.db-wal")]
    [InlineData("x.sqlite3")]
    [InlineData("node.lock")]
    [InlineData("invitations.json")]
    public void Private_matter_stays_by_its_name(string path)
    {
        _folder.Write("site/" + path);
        var scan = Scan();
        Assert.Equal(["html/index.html"], scan.Files.Select(f => f.Path));
        Assert.StartsWith(Assert.Single(scan.LeftOut).Path, path);
    }

    [Theory]
    [InlineData("-----BEGIN PRIVATE KEY-----\nMIIE")]
    [InlineData("notes\n-----BEGIN OPENSSH PRIVATE KEY-----")]
    [InlineData("-----BEGIN EC PRIVATE KEY-----")]
    [InlineData("/key/swarm/psk/1.0.0/\n/base16/\n00")]
    [InlineData("SQLite format 3\0")]
    public void Private_matter_stays_by_how_it_begins(string content)
    {
        _folder.Write("site/harmless.txt", content);
        Assert.Equal("harmless.txt", Assert.Single(Scan().LeftOut).Path);
    }

    [Theory]
    [InlineData(KeyType.Ed25519)]
    [InlineData(KeyType.Secp256k1)]
    [InlineData(KeyType.Ecdsa)]
    [InlineData(KeyType.Rsa)]
    public void The_keys_of_the_house_stay_whatever_their_files_are_called(KeyType type)
    {
        using var key = PrivateKey.Generate(type);
        _folder.Write("site/me", Convert.ToBase64String(key.ToProtobuf()) + "\n");
        Assert.Equal("me", Assert.Single(Scan().LeftOut).Path);
    }

    [Theory]
    [InlineData("html/app.js", "const begin = '-----BEGIN CERTIFICATE-----'")]
    [InlineData("html/keyboard.html", "<p>key")]
    [InlineData(".well-known/security.txt", "Contact:")]
    [InlineData("html/storage/app.js", "1")]
    [InlineData("data.txt", "CAESIG")]
    public void What_only_resembles_it_goes_in(string path, string content)
    {
        _folder.Write("site/" + path, content);
        Assert.Contains(path, Scan().Files.Select(f => f.Path));
    }

    [Theory]
    [InlineData("html/demo.db", "html/demo.db")]
    [InlineData("html/demo.db", "html/*.db")]
    [InlineData(".config/x/y.txt", ".config")]
    [InlineData(".config/x/y.txt", ".config/**")]
    [InlineData("storage/a.txt", "storage/a.txt")]
    public void What_is_named_goes_in_nevertheless(string path, string pattern)
    {
        _folder.Write("site/" + path);
        _folder.Write("site/.env");
        var scan = Scan(include: pattern);
        Assert.Contains(path, scan.Files.Select(f => f.Path));
        Assert.Contains(".env", scan.LeftOut.Select(f => f.Path));
    }

    [Fact]
    public void The_output_stays_even_when_it_is_included_or_a_link_leads_to_it()
    {
        _folder.Write("site/app");
        File.CreateSymbolicLink(_folder["site/link"], _folder["site/app"]);
        File.CreateSymbolicLink(_folder["same"], _folder["site"]);
        var scan = SiteScan.Of(_folder["site"], [new PathPattern("**")], [_folder["same/app"]]);
        Assert.Equal(["html/index.html"], scan.Files.Select(f => f.Path));
        Assert.Equal(["app", "link"], scan.LeftOut.Select(f => f.Path).Order());
    }

    [Fact]
    public void The_state_of_servers_stays()
    {
        _folder.Write("site/state/node/addresses.json");
        var scan = SiteScan.Of(_folder["site"], [new PathPattern("**")], [_folder["site/state"]]);
        Assert.Equal("the state of servers", Assert.Single(scan.LeftOut).Reason);
    }

    [Fact]
    public void Links_are_followed_within_the_folder_only()
    {
        _folder.Write("secret.txt", "secret");
        _folder.Write("site/.env", "secret");
        Directory.CreateDirectory(_folder["outside"]);
        File.CreateSymbolicLink(_folder["site/good.html"], "html/index.html");
        File.CreateSymbolicLink(_folder["site/out.txt"], _folder["secret.txt"]);
        File.CreateSymbolicLink(_folder["site/up.txt"], "../secret.txt");
        File.CreateSymbolicLink(_folder["site/env.txt"], ".env");
        File.CreateSymbolicLink(_folder["site/nowhere"], "nothing");
        File.CreateSymbolicLink(_folder["site/round"], "round");
        File.CreateSymbolicLink(_folder["site/folder"], _folder["outside"]);
        File.CreateSymbolicLink(_folder["site/parent"], "..");
        var scan = Scan();
        Assert.Equal(["good.html", "html/index.html"], scan.Files.Select(f => f.Path).Order());
        Assert.Equal([".env", "env.txt", "folder/", "nowhere", "out.txt", "parent/", "round", "up.txt"], scan.LeftOut.Select(f => f.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_is_no_file_stays_without_waiting_for_it()
    {
        if (!OperatingSystem.IsLinux()) Requirement.Missing("named pipes");
        using (var mkfifo = Process.Start("mkfifo", [_folder["site/pipe"]])) mkfifo.WaitForExit();
        File.CreateSymbolicLink(_folder["site/device"], "/dev/zero");
        Assert.Equal(["device", "pipe"], Scan().LeftOut.Select(f => f.Path).Order());
    }

    private SiteScan Scan(string? include = null) => SiteScan.Of(_folder["site"], include is null ? [] : [new PathPattern(include)], []);
}
