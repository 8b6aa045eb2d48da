using System.Diagnostics;
using System.Text.Json;
using Causeway.Cryptography.Hybrid;
using Causeway.Tunnel.Protocol.Sessions;
using Causeway.Tunnel.Protocol.Sessions.Frames;

namespace Causeway.Bench.Peers;

/// <summary>
/// Nanoseconds of CPU time per frame that a tunnel session seals and opens, and of libcrypto alone for as many bytes, as one line of JSON.
/// </summary>
internal static class FramesBench
{
    /// <summary>Bodies: a small packet, a full Ethernet frame, a super-segment.</summary>
    internal static readonly int[] Sizes = [64, 1500, 65_536];

    /// <summary>The ciphers as OpenSSL names them.</summary>
    internal static readonly string[] Ciphers = ["ChaCha20-Poly1305", "AES-256-GCM"];

    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(0.3);

    public static int Run()
    {
        using HybridSigningKey one = HybridSigningKey.Generate(), two = HybridSigningKey.Generate();
        var results = new Dictionary<string, double>();
        foreach (var cipher in Ciphers)
        {
            var suite = cipher == Ciphers[0] ? TunnelSuite.ChaCha20Poly1305 : TunnelSuite.Aes256Gcm;
            using Session initiator = Create(SessionRole.Initiator, suite, one, two), responder = Create(SessionRole.Responder, suite, two, one);
            foreach (var size in Sizes)
            {
                var payload = new byte[size + FrameLayout.Overhead];
                var kind = size > 9000 ? FrameKind.OffloadFrame : FrameKind.Frame;
                var seal = Measure(() => Check(initiator.Seal(kind, payload) == SealStatus.Sealed));
                var both = Measure(() =>
                {
                    Check(initiator.Seal(kind, payload) == SealStatus.Sealed);
                    Check(responder.Open(payload, out _) == OpenStatus.Opened);
                });

                using var bare = new BareEvp(cipher, size + 1);
                var bareSeal = Measure(bare.Seal);
                var bareBoth = Measure(() =>
                {
                    bare.Seal();
                    bare.Open();
                });
                results[$"{cipher} {size} seal"] = seal;
                results[$"{cipher} {size} open"] = both - seal;
                results[$"{cipher} {size} bare seal"] = bareSeal;
                results[$"{cipher} {size} bare open"] = bareBoth - bareSeal;
            }
        }

        Console.WriteLine(JsonSerializer.Serialize(results));
        return 0;
    }

    private static Session Create(SessionRole role, TunnelSuite suite, HybridSigningKey own, HybridSigningKey peer) => new(
        new SessionSecrets(role, suite, default, new byte[64], new byte[64], new byte[32]),
        new SessionParameters { Offload = true, RotationInterval = TimeSpan.FromDays(1) },
        own,
        peer.PublicKey);

    private static double Measure(Action operation)
    {
        for (var warm = Stopwatch.StartNew(); warm.Elapsed < Budget;) operation();
        var count = 0;
        var before = Environment.CpuUsage.TotalTime;
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < Budget;)
        {
            // The clock costs something too.
            for (var i = 0; i < 50; i++) operation();
            count += 50;
        }

        return (Environment.CpuUsage.TotalTime - before).TotalNanoseconds / count;
    }

    private static void Check(bool condition)
    {
        if (!condition) throw new InvalidOperationException("A frame was not carried.");
    }
}
