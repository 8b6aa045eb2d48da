using System.Collections.Immutable;
using System.Runtime.Intrinsics.X86;
using Causeway.Tunnel.Protocol.Sessions;

namespace Causeway.Tunnel.Protocol.Handshakes;

/// <summary>The suites of this processor (docs/protocol/tunnel.md §3.2).</summary>
public static class TunnelSuites
{
    /// <summary>
    /// In order of preference. AES-256-GCM comes first, and at all, only where the processor multiplies for it: without, it is slow, and tables leak
    /// through caches.
    /// </summary>
    public static ImmutableArray<TunnelSuite> Supported { get; } = HasAes ? [TunnelSuite.Aes256Gcm, TunnelSuite.ChaCha20Poly1305] : [TunnelSuite.ChaCha20Poly1305];

    // On Arm the carry-less multiplication of 64 bits is part of the same set of instructions as AES.
    private static bool HasAes => (Aes.IsSupported && Pclmulqdq.IsSupported) || System.Runtime.Intrinsics.Arm.Aes.IsSupported;
}
