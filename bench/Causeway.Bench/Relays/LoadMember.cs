using System.Buffers.Binary;
using System.Diagnostics;
using Causeway.Cryptography.Hybrid;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Protocol.Relaying;
using Causeway.Tunnel.Relays;

namespace Causeway.Bench.Relays;

/// <summary>A member with the tunnel's own client. Payloads begin with the time they were sent at, so that the receiver knows how long they took.</summary>
internal sealed class LoadMember : IRelayReceiver, IAsyncDisposable
{
    private readonly RelayConnection _connection;
    private readonly HybridSigningKey _key = HybridSigningKey.Generate();
    private readonly List<double> _latencies = [];
    private long _frames;
    private long _bytes;

    private LoadMember(RelayUrl url)
    {
        _connection = new RelayConnection(url, _key, this, new RelayConnectionOptions { SendBuffer = 512 * 1024 });
        Id = TunnelPeerId.FromPublicKey(_key.PublicKey.Bytes.Span);
    }

    public TunnelPeerId Id { get; }

    public long Frames => Interlocked.Read(ref _frames);

    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>From whom latencies are noted; default for nobody.</summary>
    public HashSet<TunnelPeerId> Watched { get; } = [];

    public static async Task<LoadMember> ConnectAsync(RelayUrl url)
    {
        var member = new LoadMember(url);
        await member._connection.ConnectAsync();
        return member;
    }

    public static async Task<LoadMember[]> ConnectAsync(RelayUrl url, int count)
    {
        var members = new LoadMember[count];
        for (var i = 0; i < count; i++) members[i] = await ConnectAsync(url);
        return members;
    }

    /// <summary>Sends as fast as it goes, in batches, waiting for room.</summary>
    public async Task FloodAsync(TunnelPeerId destination, int payload, CancellationToken stop)
    {
        await Task.Yield();
        var record = Record(destination, payload);
        while (!stop.IsCancellationRequested)
        {
            Stamp(record);
            if (_connection.TrySend(record) == SendResult.Taken) continue;
            await _connection.WhenRoom(64 * 1024);
        }
    }

    /// <summary>Sends so many frames per second: each in a message of its own, or together what is due.</summary>
    public async Task PaceAsync(TunnelPeerId destination, int payload, int perSecond, bool isBatched, CancellationToken stop)
    {
        await Task.Yield();
        var record = Record(destination, payload);
        var before = Sent;
        var watch = Stopwatch.StartNew();
        while (!stop.IsCancellationRequested)
        {
            for (var due = before + (long)(watch.Elapsed.TotalSeconds * perSecond); Sent < due; Sent++)
            {
                Stamp(record);
                if (_connection.TrySend(record) != SendResult.Taken) break;
                if (!isBatched) _connection.Flush();
            }

            _connection.Flush();
            await Task.Delay(1, CancellationToken.None);
        }
    }

    /// <summary>Frames that <see cref="PaceAsync"/> has sent.</summary>
    public long Sent { get; private set; }

    /// <summary>Milliseconds of the watched senders' frames, and forgets them.</summary>
    public double[] TakeLatencies()
    {
        lock (_latencies)
        {
            var taken = _latencies.Order().ToArray();
            _latencies.Clear();
            return taken;
        }
    }

    public void OnPayload(TunnelPeerId source, Memory<byte> payload)
    {
        Interlocked.Increment(ref _frames);
        Interlocked.Add(ref _bytes, payload.Length);
        if (Watched.Count == 0 || !Watched.Contains(source)) return;
        var latency = Stopwatch.GetElapsedTime(BinaryPrimitives.ReadInt64LittleEndian(payload.Span)).TotalMilliseconds;
        lock (_latencies) _latencies.Add(latency);
    }

    public void OnPause()
    {
    }

    public void OnUnreachable(TunnelPeerId destination, UnreachableReason reason)
    {
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        _key.Dispose();
    }

    private static byte[] Record(TunnelPeerId destination, int payload)
    {
        var record = new byte[RecordHeader.DataPrefix + payload];
        RecordHeader.WriteData(record, destination, payload);
        return record;
    }

    private static void Stamp(byte[] record) => BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(RecordHeader.DataPrefix), Stopwatch.GetTimestamp());
}
