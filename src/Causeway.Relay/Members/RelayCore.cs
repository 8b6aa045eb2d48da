using Causeway.Cryptography.Hybrid;
using Causeway.Cryptography.Secrets;
using Causeway.Relay.Admission;
using Causeway.Relay.Queues;
using Causeway.Tunnel.Protocol.Identity;
using Microsoft.Extensions.Logging;

namespace Causeway.Relay.Members;

/// <summary>What all connections of a relay share.</summary>
internal sealed class RelayCore : IDisposable
{
    private long _lastNumber;

    public RelayCore(HybridSigningKey key, RelayOptions options, ILogger logger, TimeProvider time, AllowList? allowed)
    {
        (Key, Options, Logger, Time, Allowed) = (key, options, logger, time, allowed);
        RelayId = TunnelPeerId.FromPublicKey(key.PublicKey.Bytes.Span);
        Chunks = new ChunkPool(options.QueueMemory);
        Admission = new AdmissionControl(options, time);
        Load = new LoadMeter(() => Admission.Connections, options.MaxMembers, time);
        Metrics = new RelayMetrics(() => Admission.Connections, () => Members.Count, () => Chunks.Rented, () => Load.Value);
    }

    /// <summary>The relay's identity.</summary>
    public HybridSigningKey Key { get; }

    /// <summary>Its name.</summary>
    public TunnelPeerId RelayId { get; }

    public RelayOptions Options { get; }

    public ILogger Logger { get; }

    public TimeProvider Time { get; }

    /// <summary>Where nonces come from.</summary>
    public RandomSource Random { get; init; } = RandomSource.System;

    /// <summary>Whom the relay serves; null for everybody.</summary>
    public AllowList? Allowed { get; }

    public AdmissionControl Admission { get; }

    public MemberTable Members { get; } = new();

    public ChunkPool Chunks { get; }

    public LoadMeter Load { get; }

    public RelayMetrics Metrics { get; }

    public QueueLimits Limits { get; } = new();

    /// <summary>As many proofs at a time as there are processors: verifying and signing is the most expensive thing that strangers can ask for.</summary>
    public SemaphoreSlim Proofs { get; } = new(Environment.ProcessorCount);

    /// <summary>A number that no connection has had.</summary>
    public ulong NextNumber() => (ulong)Interlocked.Increment(ref _lastNumber);

    /// <inheritdoc/>
    public void Dispose()
    {
        Metrics.Dispose();
        Proofs.Dispose();
    }
}
