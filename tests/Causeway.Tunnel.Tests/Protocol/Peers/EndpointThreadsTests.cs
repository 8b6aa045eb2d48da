using Causeway.Cryptography.Hybrid;
using Causeway.Tunnel.Protocol.Handshakes;
using Causeway.Tunnel.Protocol.Handshakes.Guarding;
using Causeway.Tunnel.Protocol.Handshakes.Messages;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Protocol.Peers;
using Causeway.Tunnel.Protocol.Sessions;
using Causeway.Tunnel.Protocol.Sessions.Frames;
using Causeway.Tunnel.Tests.Protocol.Handshakes;

namespace Causeway.Tunnel.Tests.Protocol.Peers;

/// <summary>The endpoint as the daemon uses it: threads that carry frames, and one that does the rest.</summary>
public sealed class EndpointThreadsTests
{
    [Fact]
    public void Frames_both_ways_on_threads_of_their_own_survive_rekeys_and_new_handshakes()
    {
        var time = new ManualTimeProvider();
        using var alice = new Side("alice", time);
        using var bob = new Side("bob", time);
        Connect(alice, bob, time);
        var frames = Soak.Count(20_000, 1_000_000);
        var running = 2;
        Thread Carry(Side from, Side to) => new(() =>
        {
            var payload = new byte[1500 + FrameLayout.Overhead];
            for (var i = 0; i < frames; i++)
            {
                if (from.Endpoint.Seal(to.Id, FrameKind.Frame, payload) != SealStatus.Sealed) continue;
                to.Endpoint.OnPayload(from.Id, payload);
                Interlocked.Increment(ref from.Carried);
            }

            from.IsDone = true;
            Interlocked.Decrement(ref running);
        });
        Thread[] threads = [Carry(alice, bob), Carry(bob, alice)];
        foreach (var thread in threads) thread.Start();

        // Hours go by, and now and then a frame of an unknown session makes Alice shake hands anew.
        byte[] unknown = [FrameLayout.Type, 0, 0, 0, 1, 2, 3, 4, .. new byte[60]];
        for (var i = 0; Volatile.Read(ref running) > 0 || (alice.Ups < 3 && i < 1000); i++)
        {
            // A frame that is on its way must not grow old only because its thread has to wait for a processor.
            alice.AwaitProgress();
            bob.AwaitProgress();
            time.Advance(TimeSpan.FromSeconds(7));
            alice.Endpoint.OnPayload(bob.Id, [.. unknown]);
            alice.Endpoint.OnTime();
            bob.Endpoint.OnTime();
            for (var turn = 0; turn < 4; turn++)
            {
                alice.Endpoint.RunWork();
                bob.Endpoint.RunWork();
            }
        }

        foreach (var thread in threads) thread.Join();
        Assert.Equal((frames, frames), (alice.Carried, bob.Carried));
        Assert.Equal((frames, frames), (alice.Frames, bob.Frames));
        Assert.InRange(alice.Ups, 3, int.MaxValue);
        Assert.Equal((0, 0), (alice.Downs, bob.Downs));
    }

    [Fact]
    public void Carrying_a_frame_allocates_nothing()
    {
        var time = new ManualTimeProvider();
        using var alice = new Side("alice", time);
        using var bob = new Side("bob", time);
        Connect(alice, bob, time);
        var payload = new byte[1500 + FrameLayout.Overhead];
        var junk = new byte[1500 + FrameLayout.Overhead];
        junk[0] = FrameLayout.Type;
        Carry(500);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Carry(2000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(2500, bob.Frames);

        void Carry(int count)
        {
            for (var i = 0; i < count; i++)
            {
                _ = alice.Endpoint.Seal(bob.Id, FrameKind.Frame, payload);
                bob.Endpoint.OnPayload(alice.Id, payload);

                // Nor does a frame of nobody.
                bob.Endpoint.OnPayload(default, junk);
            }
        }
    }

    private static void Connect(Side alice, Side bob, ManualTimeProvider time)
    {
        alice.Other = bob;
        bob.Other = alice;
        time.Advance(TimeSpan.FromSeconds(1));
        alice.Endpoint.Connect(bob.Id);
        for (var i = 0; i < 10; i++)
        {
            alice.Endpoint.RunWork();
            bob.Endpoint.RunWork();
        }

        Assert.True(alice.Endpoint.HasSession(bob.Id) && bob.Endpoint.HasSession(alice.Id));
    }

    private sealed class Side : ITunnelSink, IMembers, IDisposable
    {
        public int Carried;
        public volatile bool IsDone;
        private readonly string _name;
        private int _frames;

        public Side(string name, TimeProvider time)
        {
            _name = name;
            Endpoint = new TunnelEndpoint(new HandshakeContext(TestMember.KeyOf(name), time), this, this);
        }

        public TunnelEndpoint Endpoint { get; }

        public TunnelPeerId Id => Endpoint.Self;

        public Side? Other { get; set; }

        public int Frames => Volatile.Read(ref _frames);

        public int Ups { get; private set; }

        public int Downs { get; private set; }

        public void AwaitProgress()
        {
            var seen = Volatile.Read(ref Carried);
            SpinWait.SpinUntil(() => IsDone || Volatile.Read(ref Carried) > seen + 1);
        }

        public bool TryFind(TunnelPeerId peer, out HybridPublicKey? publicKey)
        {
            publicKey = TestMember.KeyOf(_name == "alice" ? "bob" : "alice").PublicKey;
            return Other is not null && peer == Other.Id;
        }

        public void Send(TunnelPeerId destination, ReadOnlySpan<byte> payload) => Other!.Endpoint.OnPayload(Id, payload.ToArray());

        public void FrameReceived(TunnelPeerId source, FrameKind kind, Span<byte> body) => Interlocked.Increment(ref _frames);

        public void ControlReceived(TunnelPeerId source, FrameKind kind, ReadOnlySpan<byte> body)
        {
        }

        public void DigestReceived(TunnelPeerId source, ReadOnlySpan<byte> rosterDigest)
        {
        }

        public void SessionUp(TunnelPeerId peer, PeerSession session) => Ups++;

        public void SessionDown(TunnelPeerId peer, SessionEnd reason) => Downs++;

        public void AttemptFailed(TunnelPeerId peer, HandshakeErrorCode hint)
        {
        }

        public void HandshakeHint(TunnelPeerId peer, HandshakeErrorCode hint)
        {
        }

        public void Wake()
        {
        }

        public void Dispose()
        {
            Other = null;
        }
    }
}
