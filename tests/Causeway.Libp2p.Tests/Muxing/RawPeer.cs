using System.Buffers;
using System.IO.Pipelines;
using Causeway.Libp2p.Muxing;
using Causeway.Libp2p.Muxing.Yamux;
using Causeway.Libp2p.Security;

namespace Causeway.Libp2p.Tests.Muxing;

/// <summary>One muxer, whose other end is the test: it writes and reads single frames.</summary>
internal sealed class RawPeer : IAsyncDisposable
{
    private readonly IDuplexPipe _pipe;

    public RawPeer(ConnectionRole role, YamuxOptions? options = null, PipeOptions? pipes = null, long memory = long.MaxValue)
    {
        (_pipe, var b) = DuplexPipe.CreatePair(pipes);
        Memory = new CountingScope(memory);
        Muxer = (YamuxMuxer)new YamuxProtocol(options, Time).Start(b, role, Memory);
    }

    public ManualTimeProvider Time { get; } = new();

    public CountingScope Memory { get; }

    /// <summary>The one that is tested.</summary>
    public YamuxMuxer Muxer { get; }

    public async Task SendAsync(FrameType type, FrameFlags flags, uint stream, uint length)
    {
        var bytes = new byte[FrameHeader.Size];
        new FrameHeader(type, flags, stream, length).Write(bytes);
        await SendAsync(bytes);
    }

    public async Task SendDataAsync(uint stream, FrameFlags flags, byte[] payload)
    {
        var bytes = new byte[FrameHeader.Size + payload.Length];
        new FrameHeader(FrameType.Data, flags, stream, (uint)payload.Length).Write(bytes);
        payload.CopyTo(bytes, FrameHeader.Size);
        await SendAsync(bytes);
    }

    public async Task SendAsync(byte[] bytes) => await _pipe.Output.WriteAsync(bytes);

    public void CloseOutput() => _pipe.Output.Complete();

    /// <summary>The next frame from the muxer; null at the end.</summary>
    public async Task<(FrameHeader Header, byte[] Payload)?> ReceiveAsync()
    {
        var header = await TakeAsync(FrameHeader.Size);
        if (header is null) return null;
        var parsed = FrameHeader.Read(header);
        var payload = parsed.Type == FrameType.Data ? await TakeAsync((int)parsed.Length) : [];
        Assert.NotNull(payload);
        return (parsed, payload);
    }

    public async Task<FrameHeader> ReceiveHeaderAsync()
    {
        var frame = await ReceiveAsync();
        Assert.NotNull(frame);
        return frame.Value.Header;
    }

    /// <summary>Whether bytes are there to be received; what the muxer has flushed is there at once.</summary>
    public bool HasBytes()
    {
        if (!_pipe.Input.TryRead(out var result)) return false;
        _pipe.Input.AdvanceTo(result.Buffer.Start);
        return !result.Buffer.IsEmpty;
    }

    /// <summary>Asks with a ping and waits for the answer: all that was sent before has been processed then. Returns the frames before the answer.</summary>
    public async Task<List<FrameHeader>> SettleAsync()
    {
        await SendAsync(FrameType.Ping, FrameFlags.Syn, 0, 0xFEED);
        var frames = new List<FrameHeader>();
        while (true)
        {
            var header = await ReceiveHeaderAsync();
            if (header is { Type: FrameType.Ping, Flags: FrameFlags.Ack, Length: 0xFEED }) return frames;
            frames.Add(header);
        }
    }

    /// <summary>Reads until the muxer's end of the connection; returns the last go-away it said.</summary>
    public async Task<GoAwayCode?> ReceiveEndAsync()
    {
        GoAwayCode? code = null;
        while (await ReceiveAsync() is { } frame)
        {
            if (frame.Header.Type == FrameType.GoAway) code = (GoAwayCode)frame.Header.Length;
        }

        return code;
    }

    /// <summary>A stream that the test opened and the application accepted.</summary>
    public async Task<MuxedStream> OpenAsync(uint id)
    {
        await SendAsync(FrameType.WindowUpdate, FrameFlags.Syn, id, 0);
        var stream = await Muxer.AcceptStreamAsync(CancellationToken.None);
        Assert.NotNull(stream);
        Assert.Equal(id, stream.Id);
        return stream;
    }

    public async ValueTask DisposeAsync()
    {
        Muxer.Abort(new InvalidOperationException("The test is over."));
        await Muxer.Closed;
        await _pipe.Output.CompleteAsync();
        await _pipe.Input.CompleteAsync();
    }

    private async Task<byte[]?> TakeAsync(int length)
    {
        var result = await _pipe.Input.ReadAtLeastAsync(length);
        if (result.Buffer.Length < length)
        {
            Assert.True(result.Buffer.IsEmpty, "The muxer stopped in the middle of a frame.");
            return null;
        }

        var bytes = result.Buffer.Slice(0, length).ToArray();
        _pipe.Input.AdvanceTo(result.Buffer.GetPosition(length));
        return bytes;
    }
}
