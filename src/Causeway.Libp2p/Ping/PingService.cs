using System.Buffers;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Causeway.Libp2p.Connections;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Streams;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Ping;

/// <summary>The ping protocol (libp2p specs, <c>ping/ping.md</c>): 32 random bytes there and back.</summary>
/// <param name="host">Whose connections are used. It answers pings by itself.</param>
/// <param name="time">The clock that measures; null for the system's.</param>
public sealed class PingService(IHost host, TimeProvider? time = null)
{
    /// <summary>The protocol ID.</summary>
    public const string ProtocolId = "/ipfs/ping/1.0.0";

    /// <summary>How long an answer may take (10 seconds, as in go-libp2p).</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private const int Size = 32;

    // The spec lets a peer have two ping streams at once.
    internal static readonly ProtocolOptions ServerOptions = new() { MaxInboundStreamsPerPeer = 2, AllowLimited = true };

    // A server gives up on a silent stream after a minute: clients ping far more often, or close.
    private static readonly TimeSpan ServerPatience = TimeSpan.FromMinutes(1);

    private static readonly string[] Protocols = [ProtocolId];
    private static readonly ConnectOptions AnyPath = new() { AllowLimited = true };

    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>Measures one round trip, connecting if need be.</summary>
    /// <exception cref="Libp2pException">Not reachable, not supported, no answer in time, or a wrong one.</exception>
    public async Task<TimeSpan> PingAsync(PeerId peer, CancellationToken cancellationToken = default)
    {
        await using var stream = await host.OpenStreamAsync(peer, Protocols, AnyPath, cancellationToken);
        var roundTrip = await MeasureAsync(stream, cancellationToken);
        stream.CompleteWrites();
        return roundTrip;
    }

    /// <summary>Measures round trips one after the other over one stream, for as long as the caller enumerates.</summary>
    /// <param name="peer">Whom to ping.</param>
    /// <param name="interval">The pause between a measurement and the next; null for one second.</param>
    /// <param name="cancellationToken">Ends the enumeration with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="Libp2pException">As for <see cref="PingAsync"/>; the enumeration ends.</exception>
    public async IAsyncEnumerable<TimeSpan> PingManyAsync(
        PeerId peer, TimeSpan? interval = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await using var stream = await host.OpenStreamAsync(peer, Protocols, AnyPath, cancellationToken);
        while (true)
        {
            yield return await MeasureAsync(stream, cancellationToken);
            await Task.Delay(interval ?? TimeSpan.FromSeconds(1), _time, cancellationToken);
        }
    }

    /// <summary>Echoes until the other end has finished.</summary>
    internal static async Task ServeAsync(Libp2pStream stream, TimeProvider time, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Size);
        using var patience = new CancellationTokenSource(ServerPatience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            while (true)
            {
                var read = await stream.ReadAtLeastAsync(buffer.AsMemory(0, Size), Size, throwOnEndOfStream: false, either.Token);
                if (read == 0) return;
                if (read < Size) throw new Libp2pException(Libp2pError.ProtocolViolation, "A ping was cut off.");
                await stream.WriteAsync(buffer.AsMemory(0, Size), either.Token);
                patience.CancelAfter(ServerPatience);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task<TimeSpan> MeasureAsync(Libp2pStream stream, CancellationToken cancellationToken)
    {
        var sent = RandomNumberGenerator.GetBytes(Size);
        var answer = new byte[Size];
        using var limit = new CancellationTokenSource(Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var started = _time.GetTimestamp();
            await stream.WriteAsync(sent, either.Token);
            await stream.ReadExactlyAsync(answer, either.Token);
            var roundTrip = _time.GetElapsedTime(started);
            if (CryptographicOperations.FixedTimeEquals(sent, answer)) return roundTrip;
            stream.Abort();
            throw new Libp2pException(Libp2pError.ProtocolViolation, "The answer to a ping carries other bytes than the ping.");
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            stream.Abort();
            throw new Libp2pException(Libp2pError.TimedOut, $"The ping was not answered within {Timeout.TotalSeconds} s.");
        }
        catch (EndOfStreamException error)
        {
            throw new Libp2pException(Libp2pError.StreamReset, "The other end closed the stream instead of answering the ping.", error);
        }
    }
}
