using System.Net;
using System.Net.Sockets;
using System.Text;
using Causeway.Cryptography.Hybrid;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Protocol.Relaying;
using Causeway.Tunnel.Protocol.Relaying.WebSockets;

namespace Causeway.Relay.Tests;

/// <summary>A connection whose every byte is the test's.</summary>
internal sealed class RawMember : IDisposable
{
    private readonly Socket _socket;
    private readonly RecordAssembler _assembler = new(RecordSender.Relay);
    private readonly byte[] _buffer = new byte[100_000];
    private WebSocketFrameReader _frames = new(isServer: false);
    private int _start;
    private int _end;

    private RawMember(Socket socket) => _socket = socket;

    /// <summary>What the relay said to the upgrade.</summary>
    public string Response { get; private set; } = "";

    /// <summary>The status of the close frame; 0 if none came.</summary>
    public int CloseStatus { get; private set; }

    public TunnelPeerId Id { get; private set; }

    public RelayHello? Hello { get; private set; }

    /// <summary>The relay's number for the connection; after WELCOME.</summary>
    public ulong Number { get; private set; }

    /// <summary>Connects and upgrades; <see cref="Response"/> says how that went.</summary>
    public static async Task<RawMember> OpenAsync(TestRelay relay, string moreHeaders = "")
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, relay.Server.Port);
        var member = new RawMember(socket);
        var request = Encoding.ASCII.GetString(WebSocketUpgrade.Request(relay.Url.Authority, "AAAAAAAAAAAAAAAAAAAAAA=="));
        await member.SendAsync(Encoding.ASCII.GetBytes(request[..^2] + moreHeaders + "\r\n"));
        await member.ReadResponseAsync();
        return member;
    }

    /// <summary>Connects and reads RELAY_HELLO.</summary>
    public static async Task<RawMember> HelloAsync(TestRelay relay)
    {
        var member = await OpenAsync(relay);
        Assert.StartsWith("HTTP/1.1 101", member.Response);
        member.Hello = RelayHello.Decode((await member.ReadAsync(RecordType.RelayHello)).AsSpan(4));
        return member;
    }

    /// <summary>Connects and proves who it is.</summary>
    public static async Task<RawMember> ProvedAsync(TestRelay relay, HybridSigningKey? key = null)
    {
        var member = await HelloAsync(relay);
        using var fresh = key is null ? HybridSigningKey.Generate() : null;
        await member.SendRecordAsync(member.Auth(key ?? fresh!));
        await member.ReadAsync(RecordType.Welcome);
        return member;
    }

    /// <summary>AUTH for what the relay has said.</summary>
    public byte[] Auth(HybridSigningKey key, RelayHello? hello = null)
    {
        hello ??= Hello!;
        Id = TunnelPeerId.FromPublicKey(key.PublicKey.Bytes.Span);
        var nonce = new byte[32];
        return new MemberAuth
        {
            Nonce = nonce,
            PublicKey = key.PublicKey.Bytes,
            Signature = key.Sign(RelayProof.MemberLabel, RelayProof.MemberMessage(hello.RelayId, hello.Nonce.Span, nonce)),
        }.Encode();
    }

    public static byte[] Data(TunnelPeerId peer, params byte[] payload)
    {
        var record = new byte[RecordHeader.DataPrefix + payload.Length];
        RecordHeader.WriteData(record, peer, payload.Length);
        payload.CopyTo(record, RecordHeader.DataPrefix);
        return record;
    }

    public static byte[] Frame(byte[] payload, WebSocketOpcode opcode = WebSocketOpcode.Binary)
    {
        var mask = new WebSocketMask(0xa1b2c3d4);
        var frame = new byte[WebSocketFrame.MaxHeader + payload.Length];
        var header = WebSocketFrame.WriteHeader(frame, opcode, payload.Length, mask);
        mask.Copy(payload, frame.AsSpan(header));
        return frame[..(header + payload.Length)];
    }

    public async Task SendAsync(byte[] bytes) => await _socket.SendAsync(bytes, Test.Patience());

    /// <summary>Sends, if the relay still listens.</summary>
    public async Task<bool> TrySendAsync(byte[] bytes)
    {
        try
        {
            await SendAsync(bytes);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public Task SendRecordAsync(byte[] record) => SendAsync(Frame(record));

    /// <summary>The next record; null at the end, which is a close frame or that of the stream.</summary>
    public async Task<byte[]?> ReadAsync()
    {
        while (true)
        {
            while (_start < _end || _frames.HasFrame)
            {
                if (!_frames.HasFrame) _start += _frames.Read(_buffer.AsSpan(_start, _end - _start));
                if (!_frames.HasFrame) break;
                var available = (int)Math.Min(_frames.Remaining, _end - _start);
                if (_frames.Opcode == WebSocketOpcode.Close && available == 2) CloseStatus = (_buffer[_start] << 8) | _buffer[_start + 1];
                if (CloseStatus != 0) return null;
                if (available == 0 && _frames.Remaining > 0) break;
                var record = TakeRecord(available);
                if (record is not null) return record;
            }

            if (_start == _end) _start = _end = 0;
            int count;
            try
            {
                count = await _socket.ReceiveAsync(_buffer.AsMemory(_end), Test.Patience());
            }
            catch (SocketException)
            {
                count = 0;
            }

            if (count == 0) return null;
            _end += count;
        }
    }

    /// <summary>The next record, which must be of a type.</summary>
    public async Task<byte[]> ReadAsync(RecordType type)
    {
        var record = await ReadAsync();
        Assert.NotNull(record);
        Assert.Equal(type, (RecordType)record[0]);
        if (type == RecordType.Welcome) Number = RelayWelcome.Decode(record.AsSpan(4)).ConnectionNumber;
        return record;
    }

    /// <summary>Reads until the end, which must be REFUSED with a code.</summary>
    public async Task<RelayRefused> RefusedAsync(RelayRefusalCode code)
    {
        while (true)
        {
            var record = await ReadAsync();
            Assert.NotNull(record);
            if (record[0] != (byte)RecordType.Refused) continue;
            var refused = RelayRefused.Decode(record.AsSpan(4));
            Assert.Equal(code, refused.Code);
            Assert.Null(await ReadAsync());
            return refused;
        }
    }

    public void CloseForSending() => _socket.Shutdown(SocketShutdown.Send);

    public void Dispose()
    {
        _socket.Dispose();
        _assembler.Dispose();
    }

    private byte[]? TakeRecord(int available)
    {
        ReadOnlySpan<byte> input = _buffer.AsSpan(_start, available);
        if (_frames.IsControl || available == 0)
        {
            _start += available;
            _frames.Take(available);
            return null;
        }

        var complete = _assembler.TryRead(ref input, ref _frames.Mask, out var record);
        _start += available - input.Length;
        _frames.Take(available - input.Length);
        return complete ? record.ToArray() : null;
    }

    private async Task ReadResponseAsync()
    {
        var end = -1;
        while (end < 0)
        {
            var count = await _socket.ReceiveAsync(_buffer.AsMemory(_end), Test.Patience());
            if (count == 0) break;
            _end += count;
            end = _buffer.AsSpan(0, _end).IndexOf("\r\n\r\n"u8);
        }

        _start = end < 0 ? _end : end + 4;
        Response = Encoding.ASCII.GetString(_buffer, 0, _start);
    }
}
