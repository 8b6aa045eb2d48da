using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Causeway.Hosting.Lifecycle;
using Microsoft.Extensions.Logging;

namespace Causeway.Hosting.Tls;

/// <summary>
/// The certificate of a server, with its chain, from PEM files. They are looked at again when connections come, at most every few seconds: a renewed certificate is
/// used without a restart, and one that cannot be read does not replace one that was good.
/// </summary>
public sealed partial class ServerCertificate : IDisposable
{
    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(2);

    private readonly string _certificatePath;
    private readonly string _keyPath;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private SslStreamCertificateContext _context;
    private (DateTime Certificate, DateTime Key) _written;
    private long _checked;

    private ServerCertificate(string certificatePath, string keyPath, ILogger logger, TimeProvider time)
    {
        (_certificatePath, _keyPath, _logger, _time) = (certificatePath, keyPath, logger, time);
        _written = Written();
        _checked = time.GetTimestamp();
        _context = Read();
    }

    /// <summary>SHA-256 of the certificate in DER, what a pin names.</summary>
    public byte[] Sha256Hash => SHA256.HashData(Current().TargetCertificate.RawData);

    /// <summary>Reads a certificate.</summary>
    /// <param name="certificatePath">PEM: the certificate first, then those between it and the root.</param>
    /// <param name="keyPath">PEM: its private key, not encrypted; null if it is in the same file.</param>
    /// <param name="logger">Where to say that a new one is used or cannot be.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="UserErrorException">There is none, or its key is missing or another one's.</exception>
    public static ServerCertificate FromFiles(string certificatePath, string? keyPath, ILogger logger, TimeProvider? time = null) =>
        new(certificatePath, keyPath ?? certificatePath, logger, time ?? TimeProvider.System);

    /// <summary>Reads a self-signed certificate, and makes it first if there is none. Good for ten years: it is pinned, not trusted.</summary>
    /// <param name="path">The file with certificate and key, readable by its owner only.</param>
    /// <param name="names">Host names and addresses that it is for.</param>
    /// <param name="logger">Where to log.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="UserErrorException">The file cannot be read or written.</exception>
    public static ServerCertificate SelfSigned(string path, IEnumerable<string> names, ILogger logger, TimeProvider? time = null)
    {
        if (!File.Exists(path)) SelfSignedCertificate.Create(path, names, time ?? TimeProvider.System);
        return FromFiles(path, null, logger, time);
    }

    /// <summary>The certificate to show now.</summary>
    public SslStreamCertificateContext Current()
    {
        lock (_lock)
        {
            if (_time.GetElapsedTime(_checked) < CheckInterval) return _context;
            _checked = _time.GetTimestamp();
            var written = Written();
            if (written == _written) return _context;
            try
            {
                _context = Read();
                _written = written;
                CertificateChanged(_logger, _context.TargetCertificate.NotAfter.ToUniversalTime());
            }
            catch (UserErrorException e)
            {
                CertificateNotChanged(_logger, e.Message);
            }

            return _context;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _context.TargetCertificate.Dispose();

    [LoggerMessage(1100, LogLevel.Information, "A new certificate is used, valid until {NotAfter:u}")]
    private static partial void CertificateChanged(ILogger logger, DateTime notAfter);

    [LoggerMessage(1101, LogLevel.Error, "The certificate's files have changed and are not used, the certificate before is: {Reason}")]
    private static partial void CertificateNotChanged(ILogger logger, string reason);

    private (DateTime Certificate, DateTime Key) Written() => (File.GetLastWriteTimeUtc(_certificatePath), File.GetLastWriteTimeUtc(_keyPath));

    private SslStreamCertificateContext Read()
    {
        try
        {
            var certificate = X509Certificate2.CreateFromPemFile(_certificatePath, _keyPath);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(_certificatePath);
            return SslStreamCertificateContext.Create(certificate, chain, offline: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(ExitCode.Usage, $"the certificate '{_certificatePath}' or its key cannot be read: {e.Message}", e);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new UserErrorException(
                ExitCode.Usage, $"'{_certificatePath}' with the key in '{_keyPath}' is no certificate to serve with; both must be PEM, the key not encrypted and of this certificate: {e.Message}", e);
        }
    }
}
