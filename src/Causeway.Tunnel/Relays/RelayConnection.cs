using System.Buffers.Binary;
using Causeway.Cryptography.Hybrid;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Protocol.Relaying;
using Causeway.Tunnel.Protocol.Wire;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Tunnel.Relays;

/// <summary>
/// A member's connection to a relay, kept up: it connects, proves, sends and receives records, asks whether the relay lives, and connects again when it is lost
/// (tunnel protocol §2, §8). Sending is safe from any thread.
/// </summary>
public sealed class RelayConnection : IAsyncDisposable
{
    /// <summary>How far a relay's clock may differ from ours (tunnel protocol §2.2).</summary>
    public static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(120);

    // A connection that has lasted this long was a good one: the next pause is the first again.
    private static readonly TimeSpan GoodConnection = TimeSpan.FromSeconds(30);

    private readonly HybridSigningKey _key;
    private readonly IRelayReceiver _receiver;
    private readonly RelayConnectionOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private volatile RelayLinkDriver? _link;
    private RelayConnectionStatus _status = new();
    private Task? _running;
    private bool _disposed;
    private long _roundTrip;
    private int _load;
    private volatile TaskCompletionSource _retry = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A connection that is not open; <see cref="Start"/> opens it.</summary>
    /// <param name="url">The relay.</param>
    /// <param name="key">Who we are; stays the caller's to dispose, after this.</param>
    /// <param name="receiver">Takes what comes.</param>
    /// <param name="options">How to connect.</param>
    /// <param name="logger">Where to log.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public RelayConnection(
        RelayUrl url, HybridSigningKey key, IRelayReceiver receiver, RelayConnectionOptions? options = null, ILogger? logger = null, TimeProvider? time = null)
    {
        options ??= new RelayConnectionOptions();
        options.Validate();
        (Url, _key, _receiver, _options, _logger, _time) = (url, key, receiver, options, logger ?? NullLogger.Instance, time ?? TimeProvider.System);
    }

    /// <summary>Raised after every change of <see cref="Status"/>, in order; handlers must not wait.</summary>
    public event Action<RelayConnectionStatus>? StatusChanged;

    /// <summary>The relay's address.</summary>
    public RelayUrl Url { get; }

    /// <summary>What is known at this moment.</summary>
    public RelayConnectionStatus Status => Volatile.Read(ref _status);

    /// <summary>Whether records flow.</summary>
    public bool IsConnected => _link is not null;

    /// <summary>The time from the last PING to its PONG; zero if there was none.</summary>
    public TimeSpan RoundTripTime => TimeSpan.FromTicks(Interlocked.Read(ref _roundTrip));

    /// <summary>How busy the relay says it is, 0 to 100.</summary>
    public int Load => Volatile.Read(ref _load);

    /// <summary>Opens the connection, and keeps it up until <see cref="DisposeAsync"/>.</summary>
    public void Start()
    {
        lock (_lock) _running ??= Task.Run(RunAsync);
    }

    /// <summary>Waits until both ends have proved who they are.</summary>
    /// <exception cref="TunnelException">The first attempt failed; further ones follow all the same.</exception>
    public async Task ConnectAsync(CancellationToken cancellationToken = default)
    {
        var outcome = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void OnStatus(RelayConnectionStatus status)
        {
            if (status.State == RelayConnectionState.Connected) outcome.TrySetResult();
            else if (status.State == RelayConnectionState.WaitingToReconnect) outcome.TrySetException(new TunnelException(status.Problem ?? "the relay is not connected"));
        }

        StatusChanged += OnStatus;
        try
        {
            if (IsConnected) return;
            Start();
            await outcome.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            StatusChanged -= OnStatus;
        }
    }

    /// <summary>Tries again at once instead of after the pause: something has changed, such as the network.</summary>
    public void RetryNow() => _retry.TrySetResult();

    /// <summary>
    /// Takes a DATA record, header and destination included (<see cref="RecordHeader.WriteData"/>), or several that lie one after the other. They are copied, so the
    /// buffer is free again; they are sent by <see cref="Flush"/>.
    /// </summary>
    public SendResult TrySend(ReadOnlySpan<byte> record) => _link?.Sender.TryAdd(record) ?? SendResult.NotConnected;

    /// <summary>Takes a payload for a destination. <see cref="TrySend(ReadOnlySpan{byte})"/> saves the copy when the record was prepared.</summary>
    public SendResult TrySend(TunnelPeerId destination, ReadOnlySpan<byte> payload)
    {
        var record = System.Buffers.ArrayPool<byte>.Shared.Rent(RecordHeader.DataPrefix + payload.Length);
        RecordHeader.WriteData(record, destination, payload.Length);
        payload.CopyTo(record.AsSpan(RecordHeader.DataPrefix));
        var result = TrySend(record.AsSpan(0, RecordHeader.DataPrefix + payload.Length));
        System.Buffers.ArrayPool<byte>.Shared.Return(record);
        return result;
    }

    /// <summary>Sends what was taken, all of it in one message. Never waits.</summary>
    public void Flush() => _link?.Sender.Flush();

    /// <summary>After <see cref="SendResult.Full"/>: sends, and waits until there is room for so many bytes.</summary>
    /// <param name="length">Bytes of the record.</param>
    /// <param name="patience">The longest wait.</param>
    /// <returns>Whether trying again makes sense.</returns>
    public bool WaitForRoom(int length, TimeSpan patience)
    {
        if (_link is not { } link) return false;
        link.Sender.Flush();
#pragma warning disable VSTHRD002 // For the thread that reads the device: it is its own, and waiting is what it should do.
        return link.Sender.WhenRoom(length).Wait(patience) && IsConnected;
#pragma warning restore VSTHRD002
    }

    /// <summary>As <see cref="WaitForRoom"/>, without blocking a thread; completed, too, when the connection is lost.</summary>
    public Task WhenRoom(int length)
    {
        if (_link is not { } link) return Task.CompletedTask;
        link.Sender.Flush();
        return link.Sender.WhenRoom(length);
    }

    /// <summary>Asks the relay to forward nothing from a peer; zero lifts it. Lasts as long as the connection, at most a day.</summary>
    public void Block(TunnelPeerId peer, TimeSpan time)
    {
        Span<byte> record = stackalloc byte[ControlRecords.MaxSize];
        TrySend(record[..ControlRecords.WriteBlock(record, peer, time)]);
        Flush();
    }

    /// <summary>Closes the connection and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        Task? running;
        lock (_lock)
        {
            running = _running ??= Task.CompletedTask;
            if (_disposed) running = null;
            _disposed = true;
        }

        if (running is null) return;
        await _stop.CancelAsync();
        await running;
        _stop.Dispose();
    }

    /// <summary>A pause with its jitter of a quarter, so that the members of a relay that restarts do not all come at the same moment.</summary>
    internal static TimeSpan WithJitter(TimeSpan pause, Causeway.Cryptography.Secrets.RandomSource random)
    {
        Span<byte> bytes = stackalloc byte[4];
        random.Fill(bytes);
        return pause * (0.75 + (0.5 * BinaryPrimitives.ReadUInt32LittleEndian(bytes) / uint.MaxValue));
    }

    private async Task RunAsync()
    {
        var pause = _options.FirstPause;
        while (!_stop.IsCancellationRequested)
        {
            var begun = _time.GetTimestamp();
            var wasConnected = false;
            Exception problem;
            _retry = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Set(_status with { State = RelayConnectionState.Connecting, DrainTime = TimeSpan.Zero, Pause = TimeSpan.Zero });
            try
            {
                await using var link = await OpenAsync();
                wasConnected = true;
                problem = await ServeAsync(link);
            }
            catch (Exception e)
            {
                problem = e;
            }

            if (_stop.IsCancellationRequested) break;
            if (wasConnected && _time.GetElapsedTime(begun) >= GoodConnection) pause = _options.FirstPause;
            await PauseAsync(problem, pause);
            pause = pause * 2 < _options.LongestPause ? pause * 2 : _options.LongestPause;
        }

        Set(_status with { State = RelayConnectionState.Stopped, Problem = null, ConnectionNumber = 0 });
    }

    private async Task PauseAsync(Exception problem, TimeSpan pause)
    {
        // What cannot get better by itself is tried rarely: two machines with one key would else throw each other out for ever.
        var isHopeless = problem is RelayLinkException { Code: RelayRefusalCode.Replaced or RelayRefusalCode.NotAllowed or RelayRefusalCode.NotAuthentic or RelayRefusalCode.Version };
        if (isHopeless) pause = _options.LongestPause;
        if (problem is RelayLinkException { RetryAfter: var told } && told > pause) pause = told;
        pause = WithJitter(pause, _options.Random);
        var text = problem is OperationCanceledException or TimeoutException ? $"{Url.Authority} does not answer" : problem.Message;
        RelayLog.NotConnected(_logger, Url.Authority, text, pause.TotalSeconds);
        Set(_status with { State = RelayConnectionState.WaitingToReconnect, Problem = text, Pause = pause, ConnectionNumber = 0 });
        try
        {
            await _retry.Task.WaitAsync(pause, _time, _stop.Token);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            // The pause is over.
        }
    }

    private async Task<RelayLinkDriver> OpenAsync()
    {
        using var patience = new CancellationTokenSource(_options.ConnectTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _stop.Token);
        var (stream, rest) = await new RelayDialer(Url, _options).DialAsync(either.Token);
        var link = new RelayLinkDriver(stream, rest, _options, _time);
        try
        {
            var proof = new MemberLink(_key, Url.RelayId, _time, _options.Random);
            await link.ProveAsync(proof, either.Token);
            Volatile.Write(ref _load, proof.Load);
            OnProved(proof);
            return link;
        }
        catch (Exception e)
        {
            await link.DisposeAsync();
            throw e is IOException ? new TunnelException($"the relay at {Url.Authority} broke the connection off: {e.Message}", e) : e;
        }
    }

    private void OnProved(MemberLink proof)
    {
        var welcome = proof.Welcome!;
        RelayLog.Connected(_logger, proof.RelayId, Url.Authority);
        if (proof.ClockDifference.Duration() > ClockTolerance) RelayLog.ClockDifference(_logger, Url.Authority, proof.ClockDifference.TotalSeconds);
        _status = _status with
        {
            RelayId = proof.RelayId,
            ObservedAddress = welcome.ObservedAddress,
            ConnectionNumber = welcome.ConnectionNumber,
            BytesPerSecond = welcome.BytesPerSecond,
            ClockDifference = proof.ClockDifference,
            Problem = null,
        };
    }

    private async Task<Exception> ServeAsync(RelayLinkDriver link)
    {
        link.Ponged += (roundTrip, load) =>
        {
            Interlocked.Exchange(ref _roundTrip, roundTrip.Ticks);
            Volatile.Write(ref _load, load);
        };
        link.Draining += time =>
        {
            RelayLog.Draining(_logger, Url.Authority, time.TotalSeconds);
            Set(_status with { State = RelayConnectionState.Draining, DrainTime = time });
        };
        _link = link;
        Set(_status with { State = RelayConnectionState.Connected });
        try
        {
            return await link.RunAsync(_receiver, _stop.Token);
        }
        finally
        {
            _link = null;
        }
    }

    private void Set(RelayConnectionStatus status)
    {
        Volatile.Write(ref _status, status);
        StatusChanged?.Invoke(status);
    }
}
