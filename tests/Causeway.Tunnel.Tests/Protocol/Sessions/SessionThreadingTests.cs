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
        long sealedFrames = 0, openedFrames = 0, refused = 0;
        using var queue = new System.Collections.Concurrent.BlockingCollection<byte[]>(256);

        // One thread seals, two open, this one keeps the time and computes.
        var seal = Task.Run(() =>
        {
            while (Volatile.Read(ref stop) == 0)
            {
                var payload = Payload(new byte[100]);
                _ = Interlocked.Increment(ref sealedFrames);
                var status = pair.Initiator.Seal(FrameKind.Frame, payload);
                if (status != SealStatus.Sealed)
                {
                    // Twice the limit before this machine got round to a rekey: wait for it.
                    Assert.Equal(SealStatus.Exhausted, status);
                    _ = Interlocked.Increment(ref refused);
                    break;
                }

                queue.Add(payload);

                // The limits are tiny here. Near twice the limit the sender waits, as a real one never has to.
                while (payload[8..14].All(b => b == 0) && ((payload[14] << 8) | payload[15]) > 3_000 && EpochOf(payload) == SendingEpoch() && Volatile.Read(ref stop) == 0)
                    Thread.Yield();
            }

            queue.CompleteAdding();
        });
        var open = Enumerable.Range(0, 2).Select(thread => Task.Run(() =>
        {
            foreach (var payload in queue.GetConsumingEnumerable())
            {
                Assert.Equal(OpenStatus.Opened, pair.Responder.Open(payload, out var _));
                _ = Interlocked.Increment(ref openedFrames);
            }
        })).ToArray();

        while (pair.Initiator.Epoch < 6)
        {
            // Time goes on by half a grace at most between two moments at which all that was sealed had arrived.
            var target = Interlocked.Read(ref sealedFrames);
            while (Interlocked.Read(ref openedFrames) < target) Thread.Yield();
            pair.Settle();
            pair.Time.Advance(pair.Options.Grace / 2);
            pair.OnTime();
            pair.Settle();
        }

        Volatile.Write(ref stop, 1);
        await seal;
        await Task.WhenAll(open);
        Assert.Equal(0L, refused);
        Assert.Equal(sealedFrames, openedFrames);
        Assert.Equal(0L, pair.Responder.Statistics.DroppedFrames);

        int SendingEpoch() => pair.Initiator.Epochs.SendingEpoch;
    }
}
