using System.Net.Security;
using System.Net.Sockets;
using Causeway.Cryptography.Hybrid;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Protocol.Relaying;
using Causeway.Tunnel.Protocol.Relaying.WebSockets;

namespace Causeway.Bench.Relays;

/// <summary>A member that connects, proves who it is, and is silent. It holds no buffers, so that one process can be ten thousand of them.</summary>
internal sealed class IdleMember : IDisposable
{
    private readonly Stream _stream;

    private IdleMember(Stream stream, TunnelPeerId id) => (_stream, Id) = (stream, id);

    public TunnelPeerId Id { get; }

    /// <summary>Connects.</summary>
    public static async Task<IdleMember> ConnectAsync(RelayUrl url)
    {
        using var key = HybridSigningKey.Generate();
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(url.Host, url.Port);
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        if (url.IsSecure)
        {
#pragma warning disable MA0039, CA5359 // A benchmark against the relay that it has started itself.
            var tls = new SslStream(stream, false, (_, _, _, _) => true);
#pragma warning restore MA0039, CA5359
            await tls.AuthenticateAsClientAsync(url.Host);
            stream = tls;
        }

        var webSocketKey = Convert.ToBase64String(new byte[16]);
        await stream.WriteAsync(WebSocketUpgrade.Request(url.Authority, webSocketKey));
        await ProveAsync(stream, new MemberLink(key, url.RelayId), webSocketKey);
        return new IdleMember(stream, TunnelPeerId.FromPublicKey(key.PublicKey.Bytes.Span));
    }

    public void Dispose() => _stream.Dispose();

    private static async Task ProveAsync(Stream stream, MemberLink link, string key)
    {
        var buffer = new byte[32 * 1024];
        var (start, end) = (0, 0);
        while (start == 0)
        {
            end += await stream.ReadAsync(buffer.AsMemory(end));
            start = WebSocketUpgrade.ReadResponse(buffer.AsSpan(0, end), key);
        }

        var frames = new WebSocketFrameReader(isServer: false);
        using var assembler = new RecordAssembler(RecordSender.Relay);
        while (true)
        {
            while (start < end)
            {
                if (!frames.HasFrame) start += frames.Read(buffer.AsSpan(start, end - start));
                if (!frames.HasFrame) break;
                ReadOnlySpan<byte> payload = buffer.AsSpan(start, (int)Math.Min(frames.Remaining, end - start));
                var before = payload.Length;
                var complete = assembler.TryRead(ref payload, ref frames.Mask, out var record);
                frames.Take(before - payload.Length);
                start += before - payload.Length;
                if (!complete) continue;
                var answer = link.OnRecord(record.Span);
                if (link.IsEstablished) return;
                if (answer is not null) await stream.WriteAsync(Message(answer));
            }

            (start, end) = (0, await stream.ReadAsync(buffer));
            if (end == 0) throw new IOException("The relay closed the connection.");
        }
    }

    private static byte[] Message(byte[] record)
    {
        var mask = new WebSocketMask(0x12345678);
        var message = new byte[WebSocketFrame.MaxHeader + record.Length];
        var header = WebSocketFrame.WriteHeader(message, WebSocketOpcode.Binary, record.Length, mask);
        mask.Copy(record, message.AsSpan(header));
        return message[..(header + record.Length)];
    }
}
