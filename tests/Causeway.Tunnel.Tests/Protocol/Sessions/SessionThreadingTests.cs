using System.Collections.Concurrent;
using System.Diagnostics;
using Causeway.Tunnel.Protocol.Sessions;
using Causeway.Tunnel.Protocol.Sessions.Epochs;
using Causeway.Tunnel.Protocol.Sessions.Frames;
using static Causeway.Tunnel.Tests.Protocol.Sessions.SessionPair;

namespace Causeway.Tunnel.Tests.Protocol.Sessions;

public sealed class SessionThreadingTests
{
    public static TheoryData<TunnelSuite> Suites => [TunnelSuite.ChaCha20Poly1305, TunnelSuite.Aes256Gcm];

    [Theory]
    [MemberData(nameof(Suites))]
    public void A_frame_costs_no_allocation(TunnelSuite suite)
    {
        using var pair = new SessionPair(suite);
        pair.Settle();
        foreach (var length in new[] { 64, 1500 })
        {
            var payload = Payload(new byte[length]);
            for (var i = 0; i < 100; i++) Carry();
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 1000; i++) Carry();
            Assert.Equal(0L, GC.GetAllocatedBytesForCurrentThread() - before);

            void Carry()
            {
                if (pair.Initiator.Seal(FrameKind.Frame, payload) != SealStatus.Sealed) throw new UnreachableException();
                if (pair.Responder.Open(payload, out var opened) != OpenStatus.Opened || opened.Body.Length != length) throw new UnreachableException();
            }
        }
    }

    [Fact]
    public async Task Sealing_opening_and_rekeying_on_threads_of_their_own_lose_nothing()
    {
        using var pair = new SessionPair(
            options: new SessionOptions { Limits = new EpochLimits { Frames = 2_000 } }, parameters: Parameters with { HeartbeatInterval = TimeSpan.FromSeconds(300) });
        pair.Settle();
        var stop = 0;
        long sealedFrames = 0, openedFrames = 0;
        using var queue = new BlockingCollection<(long Number, byte[] Payload)>(256);

        // The numbers of the frames on their way: from before they are sealed until they are opened, by whichever thread.
        var onTheWay = new ConcurrentDictionary<long, bool>();
        var lost = new ConcurrentQueue<string>();

        // One thread seals, two open, this one keeps the time and computes.
        var seal = Task.Run(() =>
        {
            while (Volatile.Read(ref stop) == 0)
            {
                var payload = Payload(new byte[100]);
                var number = sealedFrames + 1;
                onTheWay[number] = true;
                Volatile.Write(ref sealedFrames, number);
                var status = pair.Initiator.Seal(FrameKind.Frame, payload);
                if (status != SealStatus.Sealed)
                {
                    lost.Enqueue($"{status}: {number}");
                    break;
                }

                queue.Add((number, payload));

                // The limits are tiny here. Near twice the limit the sender waits, as a real one never has to.
                while (payload[8..14].All(b => b == 0) && ((payload[14] << 8) | payload[15]) > 3_000 && EpochOf(payload) == SendingEpoch() && Volatile.Read(ref stop) == 0)
                    Thread.Yield();
            }

            queue.CompleteAdding();
        });
        var open = Enumerable.Range(0, 2).Select(thread => Task.Run(() =>
        {
            foreach (var (number, payload) in queue.GetConsumingEnumerable())
            {
                var status = pair.Responder.Open(payload, out var _);
                if (status == OpenStatus.Opened) _ = Interlocked.Increment(ref openedFrames);
                else lost.Enqueue($"{status}: {number} of {Volatile.Read(ref sealedFrames)}");
                onTheWay.TryRemove(number, out _);
            }
        })).ToArray();

        while (pair.Initiator.Epoch < 6 && lost.IsEmpty && !seal.IsCompleted)
        {
            // Time goes on by half a grace at most between two moments at which all that was sealed had arrived: these very frames, not as many.
            var target = Volatile.Read(ref sealedFrames);
            while (onTheWay.Keys.Any(number => number <= target) && !seal.IsCompleted) Thread.Yield();
            pair.Settle();
            pair.Time.Advance(pair.Options.Grace / 2);
            pair.OnTime();
            pair.Settle();
        }

        Volatile.Write(ref stop, 1);
        await Task.WhenAll([seal, .. open]);
        Assert.Empty(lost);
        Assert.Equal(sealedFrames, openedFrames);
        Assert.Equal(0L, pair.Responder.Statistics.DroppedFrames);

        int SendingEpoch() => pair.Initiator.Epochs.SendingEpoch;
    }
}
