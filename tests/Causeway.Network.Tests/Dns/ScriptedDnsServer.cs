using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Causeway.Network.Dns;

namespace Causeway.Network.Tests.Dns;

/// <summary>A DNS server on the loopback, UDP and TCP on one port, that answers with what the test says: any number of datagrams, or (TCP) one message.</summary>
internal sealed class ScriptedDnsServer : IAsyncDisposable
{
    private readonly Func<DnsMessage, bool, IEnumerable<byte[]>> _answer;
    private readonly Socket _datagrams;
    private readonly TcpListener _streams;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private readonly Channel<(DnsMessage Message, EndPoint From)> _queries = Channel.CreateUnbounded<(DnsMessage, EndPoint)>();

    public ScriptedDnsServer(Func<DnsMessage, DnsMessage?> answer)
        : this((query, _) => answer(query) is { } message ? [message.Encode()] : [])
    {
    }

    public ScriptedDnsServer(Func<DnsMessage, bool, IEnumerable<byte[]>> answer)
    {
        _answer = answer;
        (_datagrams, _streams) = Bind();
        EndPoint = (IPEndPoint)_datagrams.LocalEndPoint!;
        _running = Task.WhenAll(AnswerDatagramsAsync(), AnswerStreamsAsync());
    }

    public IPEndPoint EndPoint { get; }

    /// <summary>The questions that came over UDP, with where from.</summary>
    public ChannelReader<(DnsMessage Message, EndPoint From)> Queries => _queries.Reader;

    public int QueryCount { get; private set; }

    public static DnsMessage Answer(DnsMessage query, params DnsRecord[] records) => new() { Id = query.Id, IsResponse = true, Questions = query.Questions, Answers = records };

    public static DnsMessage Error(DnsMessage query, int code) => Answer(query) with { ResponseCode = code };

    public static DnsRecord Address(string name, string address, int seconds = 60) =>
        new(DnsName.Parse(name), new DnsData.Address(IPAddress.Parse(address)), TimeSpan.FromSeconds(seconds));

    public static DnsRecord Alias(string name, string target, int seconds = 60) =>
        new(DnsName.Parse(name), new DnsData.Alias(DnsName.Parse(target)), TimeSpan.FromSeconds(seconds));

    public static DnsRecord Authority(int seconds, uint minimum) =>
        new(DnsName.Parse("example"), new DnsData.Authority(DnsName.Parse("ns.example"), DnsName.Parse("root.example"), 1, 2, 3, 4, minimum), TimeSpan.FromSeconds(seconds));

    public async Task SendAsync(DnsMessage message, EndPoint to) => await _datagrams.SendToAsync(message.Encode(), to);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _datagrams.Dispose();
        _streams.Dispose();
        _stop.Dispose();
    }

    // The kernel names a free TCP port; the UDP port of that number may be taken.
    private static (Socket Datagrams, TcpListener Streams) Bind()
    {
        while (true)
        {
            var streams = new TcpListener(IPAddress.Loopback, 0);
            streams.Start();
            var datagrams = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            try
            {
                datagrams.Bind(streams.LocalEndpoint);
                return (datagrams, streams);
            }
            catch (SocketException)
            {
                datagrams.Dispose();
                streams.Dispose();
            }
        }
    }

    private async Task AnswerDatagramsAsync()
    {
        var buffer = new byte[4096];
        try
        {
            while (true)
            {
                var received = await _datagrams.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), _stop.Token);
                var query = DnsMessage.Decode(buffer.AsSpan(0, received.ReceivedBytes));
                QueryCount++;
                foreach (var datagram in _answer(query, false)) await _datagrams.SendToAsync(datagram, received.RemoteEndPoint, _stop.Token);
                _queries.Writer.TryWrite((query, received.RemoteEndPoint));
            }
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }

    private async Task AnswerStreamsAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _streams.AcceptTcpClientAsync(_stop.Token);
                await using var stream = client.GetStream();
                var length = new byte[2];
                await stream.ReadExactlyAsync(length, _stop.Token);
                var bytes = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
                await stream.ReadExactlyAsync(bytes, _stop.Token);
                foreach (var message in _answer(DnsMessage.Decode(bytes), true))
                {
                    BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)message.Length);
                    await stream.WriteAsync((byte[])[.. length, .. message], _stop.Token);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The end.
        }
    }
}
