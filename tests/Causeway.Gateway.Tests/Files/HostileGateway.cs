using System.Buffers.Binary;
using System.Text;
using System.Threading.Channels;
using Causeway.Cryptography.Keys;
using Causeway.Gateway.Tests.Fakes;
using Causeway.Libp2p.Streams;

namespace Causeway.Gateway.Tests.Files;

/// <summary>Another gateway's peer on a fake network, which answers on the reserved protocol as a test says.</summary>
internal sealed class HostileGateway : IAsyncDisposable
{
    private readonly PrivateKey _key = PrivateKey.Generate();
    private readonly FakeHost _host;

    public HostileGateway(FakeNetwork network, Func<Libp2pStream, Task> answer)
    {
        _host = new FakeHost(network, _key);
        _host.Handle("/p2p-webapp/1.0.0", async (stream, _) =>
        {
            Streams.Writer.TryWrite((FakeStream)stream);
            await answer(stream);
        });
    }

    public string Id => _host.Id.ToString();

    /// <summary>The streams that were opened to it.</summary>
    public Channel<FakeStream> Streams { get; } = Channel.CreateUnbounded<FakeStream>();

    /// <summary>A gateway that answers every request with the same bytes.</summary>
    public static HostileGateway Saying(FakeNetwork network, byte type, string json) => Saying(network, Message(type, Encoding.UTF8.GetBytes(json)));

    public static HostileGateway Saying(FakeNetwork network, byte[] answer) => new(network, async stream =>
    {
        await ReadRequestAsync(stream);
        await stream.WriteAsync(answer, completeWrites: true);
    });

    public static byte[] Message(byte type, ReadOnlySpan<byte> json)
    {
        var message = new byte[5 + json.Length];
        message[0] = type;
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(1), json.Length);
        json.CopyTo(message.AsSpan(5));
        return message;
    }

    /// <summary>The type and the JSON of a request; null for a list's, which has none.</summary>
    public static async Task<(byte Type, string? Json)> ReadRequestAsync(Stream stream)
    {
        var type = new byte[1];
        await stream.ReadExactlyAsync(type);
        return type[0] == 0 ? (type[0], null) : (type[0], await ReadJsonAsync(stream));
    }

    public static async Task<(byte Type, string Json)> ReadAnswerAsync(Stream stream)
    {
        var type = new byte[1];
        await stream.ReadExactlyAsync(type);
        return (type[0], await ReadJsonAsync(stream));
    }

    public ValueTask DisposeAsync()
    {
        _key.Dispose();
        return _host.DisposeAsync();
    }

    private static async Task<string> ReadJsonAsync(Stream stream)
    {
        var length = new byte[4];
        await stream.ReadExactlyAsync(length);
        var json = new byte[BinaryPrimitives.ReadInt32BigEndian(length)];
        await stream.ReadExactlyAsync(json);
        return Encoding.UTF8.GetString(json);
    }
}
