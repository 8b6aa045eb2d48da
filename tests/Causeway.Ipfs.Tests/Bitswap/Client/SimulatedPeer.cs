using Causeway.Ipfs.Bitswap.Wire;
using Causeway.Ipfs.Blocks;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Tests.Bitswap.Client;

/// <summary>A provider in a simulation: what it has, how fast it is, how it behaves.</summary>
internal sealed class SimulatedPeer(PeerId id, IEnumerable<Block> blocks)
{
    private readonly Dictionary<Multihash, Block> _blocks = blocks.ToDictionary(static block => block.Cid.Hash);
    private readonly HashSet<Multihash> _cancelled = [];
    private TimeSpan _busyUntil;

    public PeerId Id => id;

    /// <summary>One way.</summary>
    public TimeSpan Latency { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>Bytes per second.</summary>
    public double Speed { get; init; } = 10 << 20;

    /// <summary>Says nothing, ever.</summary>
    public bool IsSilent { get; init; }

    /// <summary>Says to have everything, and sends other bytes.</summary>
    public bool Lies { get; init; }

    /// <summary>Blocks for which it drops the first question.</summary>
    public HashSet<Cid> Forgets { get; init; } = [];

    /// <summary>Is gone from then on.</summary>
    public TimeSpan? GoneAt { get; init; }

    /// <summary>Blocks that it has sent.</summary>
    public int Sent { get; private set; }

    /// <summary>A wantlist has arrived: when it answers what.</summary>
    public IEnumerable<(TimeSpan At, SimulatedAnswer Answer)> Answer(IReadOnlyList<WantEntry> wants, TimeSpan now)
    {
        foreach (var want in wants)
        {
            if (IsSilent) yield break;
            if (want.IsCancel)
            {
                _cancelled.Add(want.Cid.Hash);
                continue;
            }

            _cancelled.Remove(want.Cid.Hash);
            if (Forgets.Remove(want.Cid)) continue;
            var has = _blocks.TryGetValue(want.Cid.Hash, out var block);
            if (!has && !Lies)
            {
                if (want.SendDontHave) yield return (now, new SimulatedAnswer(this, want.Cid, Has: false));
            }
            else if (want.Type == WantType.Have)
            {
                yield return (now, new SimulatedAnswer(this, want.Cid, Has: true));
            }
            else
            {
                var length = has ? block.Data.Length : 1000;
                _busyUntil = (_busyUntil > now ? _busyUntil : now) + TimeSpan.FromSeconds(length / Speed);
                yield return (_busyUntil, new SimulatedAnswer(this, want.Cid, Has: true, length, Lies));
            }
        }
    }

    /// <summary>Whether a block is really sent: not if it was cancelled before its turn.</summary>
    public bool Sends(Cid cid)
    {
        if (_cancelled.Remove(cid.Hash)) return false;
        Sent++;
        return true;
    }
}

/// <summary>What a simulated peer answers.</summary>
/// <param name="Peer">Who.</param>
/// <param name="Cid">About which block.</param>
/// <param name="Has">HAVE or DONT_HAVE, where there is no length.</param>
/// <param name="Length">The block's length.</param>
/// <param name="IsWrong">Whether it is another block.</param>
internal sealed record SimulatedAnswer(SimulatedPeer Peer, Cid Cid, bool Has, int? Length = null, bool IsWrong = false);
