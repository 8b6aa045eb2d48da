using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using Causeway.Tunnel.Protocol.Identity;

namespace Causeway.Tunnel.Protocol.Relaying;

/// <summary>Where a relay is and what it must prove: <c>wss://host[:port]/#bciq…;tls=…</c> (tunnel protocol §2).</summary>
public sealed record RelayUrl
{
    /// <summary>The longest text in bytes (tunnel protocol §5.1).</summary>
    public const int MaxLength = 512;

    private const string TlsPrefix = "tls=";

    /// <summary>A relay's place.</summary>
    /// <exception cref="ArgumentException">The host is none.</exception>
    public RelayUrl(string host, int port, bool isSecure = true)
    {
        if (Uri.CheckHostName(host.Trim('[', ']')) == UriHostNameType.Unknown) throw new ArgumentException($"'{host}' is no host name or address.", nameof(host));
        ArgumentOutOfRangeException.ThrowIfLessThan(port, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, 65_535);
        (Host, Port, IsSecure) = (host.Trim('[', ']'), port, isSecure);
    }

    /// <summary>The name or address; IPv6 without brackets.</summary>
    public string Host { get; }

    /// <summary>The port, 1 to 65535.</summary>
    public int Port { get; }

    /// <summary>Whether TLS is used. Without it (<c>ws://</c>) whoever sits on the way sees who talks to whom.</summary>
    public bool IsSecure { get; }

    /// <summary>Who must answer; null for anybody whose certificate the system trusts.</summary>
    public TunnelPeerId? RelayId { get; init; }

    /// <summary>The SHA-256 of the one certificate that is accepted, in base64url; null for those that the system trusts.</summary>
    public string? CertificateHash
    {
        get;
        init
        {
            if (value is not null && !IsHash(value)) throw new ArgumentException("A certificate's hash is 43 characters of base64url.", nameof(value));
            field = value;
        }
    }

    /// <summary>Host and port as a <c>Host</c> header has them.</summary>
    public string Authority => (Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host) + (Port == DefaultPort ? "" : $":{Port}");

    private int DefaultPort => IsSecure ? 443 : 80;

    /// <summary>Reads a URL.</summary>
    /// <exception cref="FormatException">It is none; the message says what is wrong and is fit for the user.</exception>
    public static RelayUrl Parse(string text)
    {
        if (text.Length > MaxLength) throw new FormatException($"a relay's address has at most {MaxLength} characters");
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("wss" or "ws"))
            throw new FormatException($"'{text}' is no relay's address; it looks like wss://relay.example/#bciq…");
        if (uri.AbsolutePath != "/" || uri.Query.Length > 0 || uri.UserInfo.Length > 0) throw new FormatException($"'{text}' has a path, a query or a user; a relay's address is wss://host:port/#peer-id");
        if (uri.Port is < 1 or > 65_535 || uri.IdnHost.Length == 0) throw new FormatException($"'{text}' has no host or a port that cannot be");
        var (peer, hash) = ParseFragment(uri.Fragment, text);
        if (hash is not null && uri.Scheme == "ws") throw new FormatException($"'{text}' names a certificate, but ws:// uses none; write wss://");
        return new RelayUrl(uri.IdnHost, uri.Port, uri.Scheme == "wss") { RelayId = peer, CertificateHash = hash };
    }

    /// <summary>As <see cref="Parse"/>, without the exception.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out RelayUrl? url)
    {
        url = null;
        try
        {
            if (text is not null) url = Parse(text);
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            // Not a relay's address.
        }

        return url is not null;
    }

    /// <summary>The text; what <see cref="Parse"/> reads.</summary>
    public override string ToString()
    {
        var fragment = (RelayId, CertificateHash) switch
        {
            (null, null) => "",
            (null, _) => $"#;{TlsPrefix}{CertificateHash}",
            (_, null) => $"#{RelayId}",
            _ => $"#{RelayId};{TlsPrefix}{CertificateHash}",
        };
        return $"{(IsSecure ? "wss" : "ws")}://{Authority}/{fragment}";
    }

    /// <summary>The text for a certificate's hash.</summary>
    public static string HashText(ReadOnlySpan<byte> sha256) => Base64Url.EncodeToString(sha256);

    private static (TunnelPeerId? Peer, string? Hash) ParseFragment(string fragment, string text)
    {
        if (fragment.Length <= 1) return (null, null);
        var parts = fragment[1..].Split(';');
        TunnelPeerId? peer = null;
        if (parts[0].Length > 0) peer = TunnelPeerId.TryParse(parts[0], out var id) ? id : throw new FormatException($"what follows # in '{text}' is no peer ID; it begins with bciq and has {TunnelPeerId.TextLength} characters");
        if (parts.Length == 1) return (peer, null);
        if (parts.Length > 2 || !parts[1].StartsWith(TlsPrefix, StringComparison.Ordinal) || !IsHash(parts[1][TlsPrefix.Length..]))
            throw new FormatException($"what follows ; in '{text}' is no tls=HASH of 43 characters");
        return (peer, parts[1][TlsPrefix.Length..]);
    }

    private static bool IsHash(string text)
    {
        Span<byte> bytes = stackalloc byte[33];
        return text.Length == 43 && Base64Url.TryDecodeFromChars(text, bytes, out var length) && length == 32 && Base64Url.EncodeToString(bytes[..32]) == text;
    }
}
