using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using Causeway.Tunnel.Protocol.Relaying;
using Causeway.Tunnel.Protocol.Relaying.WebSockets;
using Causeway.Tunnel.Protocol.Wire;

namespace Causeway.Tunnel.Relays;

/// <summary>Opens the stream to a relay: name, TCP, TLS, upgrade. What goes wrong becomes a sentence for the user.</summary>
internal sealed class RelayDialer(RelayUrl url, RelayConnectionOptions options)
{
    // Time for one address of several.
    private static readonly TimeSpan AddressTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Opens it; returns it with the bytes that came after the answer.</summary>
    /// <exception cref="TunnelException">It cannot be opened.</exception>
    public async Task<(Stream Stream, byte[] Received)> DialAsync(CancellationToken cancellationToken)
    {
        Stream stream = new NetworkStream(await ConnectAsync(cancellationToken), ownsSocket: true);
        try
        {
            if (url.IsSecure) stream = await SecureAsync(stream, cancellationToken);
            return (stream, await UpgradeAsync(stream, cancellationToken));
        }
        catch (Exception e)
        {
            await stream.DisposeAsync();
            if (e is IOException or SocketException) throw new TunnelException($"the connection to {url.Authority} broke off: {e.Message}", e);
            throw;
        }
    }

    private async Task<Socket> ConnectAsync(CancellationToken cancellationToken)
    {
        var addresses = await ResolveAsync(cancellationToken);
        Exception? last = null;
        foreach (var address in addresses)
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            if (addresses.Length > 1) patience.CancelAfter(AddressTimeout);
            try
            {
                var endpoint = new IPEndPoint(address, url.Port);
                if (options.ConnectCallback is { } connect) await connect(socket, endpoint, patience.Token);
                else await socket.ConnectAsync(endpoint, patience.Token);
                return socket;
            }
            catch (Exception e)
            {
                socket.Dispose();
                cancellationToken.ThrowIfCancellationRequested();
                last = e;
            }
        }

        throw last as TunnelException ?? new TunnelException(
            last is SocketException { SocketErrorCode: SocketError.ConnectionRefused }
                ? $"nothing listens at {url.Authority}; is the relay running, and is the port right?"
                : $"{url.Authority} cannot be reached: {last!.Message}",
            last!);
    }

    private async Task<IPAddress[]> ResolveAsync(CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(url.Host, out var address)) return [address];
        try
        {
            return await Dns.GetHostAddressesAsync(url.Host, cancellationToken);
        }
        catch (SocketException e)
        {
            throw new TunnelException($"the name {url.Host} is not found: {e.Message}", e);
        }
    }

    private async Task<Stream> SecureAsync(Stream stream, CancellationToken cancellationToken)
    {
        string? problem = null;
        var tls = new SslStream(stream, leaveInnerStreamOpen: false);
        try
        {
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = url.Host,
                    EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                    RemoteCertificateValidationCallback = (_, certificate, _, errors) => (problem = Judge(certificate?.GetRawCertData(), errors)) is null,
                },
                cancellationToken);
            return tls;
        }
        catch (AuthenticationException e)
        {
            await tls.DisposeAsync();
            throw new TunnelException(problem ?? $"TLS with {url.Authority} fails: {e.Message}", e);
        }
        catch
        {
            await tls.DisposeAsync();
            throw;
        }
    }

    private string? Judge(byte[]? certificate, SslPolicyErrors errors)
    {
        if (certificate is null) return $"{url.Authority} shows no certificate";
        if (url.CertificateHash is { } pinned)
        {
            var hash = RelayUrl.HashText(SHA256.HashData(certificate));
            return CryptographicOperations.FixedTimeEquals(System.Text.Encoding.ASCII.GetBytes(hash), System.Text.Encoding.ASCII.GetBytes(pinned))
                ? null
                : $"{url.Authority} shows another certificate than its address names (its hash is {hash}); ask its operator for the present address, somebody may be in between";
        }

        if (errors == SslPolicyErrors.None) return null;
        return errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
            ? $"the certificate of {url.Authority} is for another name"
            : $"the certificate of {url.Authority} is not trusted by this system; if its operator made it, use the address with ;tls=… that the relay prints";
    }

    private async Task<byte[]> UpgradeAsync(Stream stream, CancellationToken cancellationToken)
    {
        var key = new byte[16];
        options.Random.Fill(key);
        var keyText = Convert.ToBase64String(key);
        await stream.WriteAsync(WebSocketUpgrade.Request(url.Authority, keyText), cancellationToken);
        var buffer = new byte[WebSocketUpgrade.MaxResponse];
        var length = 0;
        while (true)
        {
            var count = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken);
            if (count == 0) throw new RelayLinkException(RelayRefusalCode.Malformed, $"{url.Authority} closes the connection without an answer; is this a relay, and does it use TLS?");
            length += count;
            var end = WebSocketUpgrade.ReadResponse(buffer.AsSpan(0, length), keyText);
            if (end > 0) return buffer[end..length];
        }
    }
}
