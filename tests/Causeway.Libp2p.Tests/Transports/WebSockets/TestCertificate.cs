using System.Security.Cryptography.X509Certificates;
using Causeway.Hosting.Tls;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Libp2p.Tests.Transports.WebSockets;

/// <summary>A self-signed certificate of localhost in a folder of its own.</summary>
internal sealed class TestCertificate : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("causeway-");

    public TestCertificate(params string[] names) =>
        Server = ServerCertificate.SelfSigned(Path.Combine(_folder.FullName, "certificate.pem"), names.Length > 0 ? names : ["localhost"], NullLogger.Instance);

    public ServerCertificate Server { get; }

    /// <summary>Whether a certificate is this one, for the name that was dialed.</summary>
    public bool Is(X509Certificate? certificate) => certificate?.GetCertHashString() == Server.Current().TargetCertificate.GetCertHashString();

    public void Dispose()
    {
        Server.Dispose();
        _folder.Delete(recursive: true);
    }
}
