using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Causeway.Hosting.Lifecycle;
using Causeway.Hosting.Servers;
using Causeway.Hosting.Tls;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Hosting.Tests.Tls;

public sealed class ServerCertificateTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("causeway-tls-");
    private readonly ManualTimeProvider _time = new();

    private string Path1 => Path.Combine(_folder.FullName, "one.pem");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_certificate_of_our_own_is_made_once_for_its_owner_only()
    {
        using var first = ServerCertificate.SelfSigned(Path1, ["relay.example", "192.0.2.1"], NullLogger.Instance);
        using var second = ServerCertificate.SelfSigned(Path1, ["other.example"], NullLogger.Instance);
        Assert.Equal(first.Sha256Hash, second.Sha256Hash);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path1));
        Assert.True(first.Current().TargetCertificate.MatchesHostname("relay.example"));
        Assert.True(first.Current().TargetCertificate.MatchesHostname("192.0.2.1"));
    }

    [Fact]
    public void New_files_are_used_without_a_restart_and_bad_ones_are_not()
    {
        Write(1);
        using var certificate = ServerCertificate.FromFiles(Path1, null, NullLogger.Instance, _time);
        var first = certificate.Sha256Hash;
        Write(2);
        Assert.Equal(first, certificate.Sha256Hash);
        _time.Advance(TimeSpan.FromSeconds(3));
        var second = certificate.Sha256Hash;
        Assert.NotEqual(first, second);
        File.WriteAllText(Path1, "nonsense");
        File.SetLastWriteTimeUtc(Path1, new DateTime(2026, 1, 1, 3, 0, 0, DateTimeKind.Utc));
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(second, certificate.Sha256Hash);
        Write(4);
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.NotEqual(second, certificate.Sha256Hash);
    }

    [Fact]
    public void What_is_wrong_with_the_files_is_said()
    {
        Assert.Contains("cannot be read", Refusal(Path1, null), StringComparison.Ordinal);
        File.WriteAllText(Path1, "nonsense");
        Assert.Contains("no certificate to serve with", Refusal(Path1, null), StringComparison.Ordinal);
        Write(1);
        var other = Path.Combine(_folder.FullName, "other.key");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        File.WriteAllText(other, key.ExportPkcs8PrivateKeyPem());
        Assert.Contains("no certificate to serve with", Refusal(Path1, other), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_shows_the_certificate_and_the_new_one_to_those_who_come_later()
    {
        Write(1);
        using var certificate = ServerCertificate.FromFiles(Path1, null, NullLogger.Instance, _time);
        await using var server = await LocalServer.StartAsync(
            new LocalServerOptions { Addresses = [IPAddress.Loopback], Port = 0, Certificate = certificate, BlockSize = 65_536, IsInline = true },
            app => app.Run(context => context.Response.WriteAsync("hello")),
            NullLoggerFactory.Instance,
            TestContext.Current.CancellationToken);
        Assert.Equal("https", server.Url.Scheme);
        Assert.Equal(certificate.Sha256Hash, await ShownAsync(server.Port));
        Write(2);
        _time.Advance(TimeSpan.FromSeconds(3));
        var shown = await ShownAsync(server.Port);
        Assert.Equal(certificate.Sha256Hash, shown);
        Assert.Equal(SHA256.HashData(X509Certificate2.CreateFromPem(await File.ReadAllTextAsync(Path1, TestContext.Current.CancellationToken)).RawData), shown);
    }

    private static async Task<byte[]> ShownAsync(int port)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
        byte[] hash = [];
#pragma warning disable MA0039, CA5359 // What is shown is what is looked at.
        await using var tls = new SslStream(socket.GetStream(), false, (_, shown, _, _) =>
        {
            hash = SHA256.HashData(shown!.GetRawCertData());
            return true;
        });
#pragma warning restore MA0039, CA5359
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", EnabledSslProtocols = SslProtocols.Tls13 }, TestContext.Current.CancellationToken);
        return hash;
    }

    private static string Refusal(string certificate, string? key) =>
        Assert.Throws<UserErrorException>(() => ServerCertificate.FromFiles(certificate, key, NullLogger.Instance)).Message;

    private void Write(int hour)
    {
        File.Delete(Path1);
        using (ServerCertificate.SelfSigned(Path1, ["localhost"], NullLogger.Instance)) File.SetLastWriteTimeUtc(Path1, new DateTime(2026, 1, 1, hour, 0, 0, DateTimeKind.Utc));
    }
}
