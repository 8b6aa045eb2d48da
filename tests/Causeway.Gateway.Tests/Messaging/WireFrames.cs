using System.Buffers.Binary;
using System.Text;
using Causeway.Libp2p.Muxing;

namespace Causeway.Gateway.Tests.Messaging;

/// <summary>Frames between gateways, as a test that plays one reads and writes them.</summary>
internal static class WireFrames
{
    public static byte[] Frame(string json)
    {
        var bytes = new byte[4 + Encoding.UTF8.GetByteCount(json)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, bytes.Length - 4);
        Encoding.UTF8.GetBytes(json, bytes.AsSpan(4));
        return bytes;
    }

    public static async Task WriteAsync(MuxedStream stream, string json) => await stream.WriteAsync(Frame(json));

    public static async Task<string> ReadAsync(MuxedStream stream)
    {
        var header = new byte[4];
        await stream.ReadExactlyAsync(header).AsTask().WaitAsync(TestPage.Patience);
        var body = new byte[BinaryPrimitives.ReadInt32BigEndian(header)];
        await stream.ReadExactlyAsync(body).AsTask().WaitAsync(TestPage.Patience);
        return Encoding.UTF8.GetString(body);
    }
}
