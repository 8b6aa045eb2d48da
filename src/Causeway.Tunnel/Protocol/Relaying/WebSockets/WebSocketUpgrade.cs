using System.Security.Cryptography;
using System.Text;

namespace Causeway.Tunnel.Protocol.Relaying.WebSockets;

/// <summary>The request and the answer that open a WebSocket to a relay (RFC 6455 §4, tunnel protocol §2).</summary>
public static class WebSocketUpgrade
{
    /// <summary>The path of the endpoint.</summary>
    public const string Path = "/tunnel/v1";

    /// <summary>The subprotocol.</summary>
    public const string Subprotocol = "causeway-tunnel-1";

    /// <summary>The longest answer that is read, status line and headers, in bytes.</summary>
    public const int MaxResponse = 16 * 1024;

    // RFC 6455 §1.3.
    private const string Guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    /// <summary>The value of <c>Sec-WebSocket-Accept</c> that belongs to a key.</summary>
    public static string AcceptFor(string key) => Convert.ToBase64String(
#pragma warning disable CA5350 // RFC 6455 prescribes SHA-1 here; nothing depends on its strength.
        SHA1.HashData(Encoding.ASCII.GetBytes(key + Guid)));
#pragma warning restore CA5350

    /// <summary>Whether a key is what RFC 6455 §4.1 asks for: the base64 of 16 bytes.</summary>
    public static bool IsKey(string? key)
    {
        Span<byte> bytes = stackalloc byte[18];
        return key is { Length: 24 } && Convert.TryFromBase64String(key, bytes, out var length) && length == 16;
    }

    /// <summary>The request of a member.</summary>
    /// <param name="authority">Host and port, as in the URL.</param>
    /// <param name="key">The base64 of 16 random bytes.</param>
    public static byte[] Request(string authority, string key) => Encoding.ASCII.GetBytes(
        $"GET {Path} HTTP/1.1\r\nHost: {authority}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n" +
        $"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Protocol: {Subprotocol}\r\nUser-Agent: causeway\r\n\r\n");

    /// <summary>Reads an answer.</summary>
    /// <param name="input">What was received so far.</param>
    /// <param name="key">The key of the request.</param>
    /// <returns>The bytes of the answer, after which frames begin; 0 if it is not complete.</returns>
    /// <exception cref="RelayLinkException">The server refuses, or is no relay.</exception>
    public static int ReadResponse(ReadOnlySpan<byte> input, string key)
    {
        var end = input.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return input.Length < MaxResponse ? 0 : throw NoRelay("its answer is too long");
        }

        var lines = Encoding.Latin1.GetString(input[..end]).Split("\r\n");
        if (lines[0].Split(' ', 3) is not ["HTTP/1.1", var code, ..] || !int.TryParse(code, out var status)) throw NoRelay("it does not speak HTTP/1.1");
        var headers = lines.Skip(1)
            .Select(line => line.Split(':', 2)).Where(parts => parts.Length == 2)
            .ToLookup(parts => parts[0], parts => parts[1].Trim(), StringComparer.OrdinalIgnoreCase);
        if (status != 101) throw Refused(status, headers["Retry-After"].FirstOrDefault());
        if (!string.Equals(headers["Upgrade"].SingleOrDefault(), "websocket", StringComparison.OrdinalIgnoreCase) || headers["Sec-WebSocket-Accept"].SingleOrDefault() != AcceptFor(key))
            throw NoRelay("its answer to the WebSocket request is wrong");
        if (headers["Sec-WebSocket-Protocol"].SingleOrDefault() != Subprotocol || headers["Sec-WebSocket-Extensions"].Any()) throw NoRelay($"it does not speak {Subprotocol}");
        return end + 4;
    }

    private static RelayLinkException Refused(int status, string? retryAfter)
    {
        var wait = int.TryParse(retryAfter, out var seconds) && seconds is >= 0 and <= ushort.MaxValue ? TimeSpan.FromSeconds(seconds) : TimeSpan.Zero;
        return status switch
        {
            503 => new RelayLinkException(RelayRefusalCode.Full, "the relay is full or going down (503)") { RetryAfter = wait },
            429 => new RelayLinkException(RelayRefusalCode.TooManyConnections, "the relay has too many connections from this address (429)") { RetryAfter = wait },
            404 => NoRelay("it knows nothing of tunnels (404)"),
            _ => NoRelay($"it answers with status {status}"),
        };
    }

    private static RelayLinkException NoRelay(string why) => new(RelayRefusalCode.Malformed, $"this is no relay: {why}; check the address");
}
