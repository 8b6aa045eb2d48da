using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Causeway.Multiformats;

namespace Causeway.Libp2p.PubSub.Messages;

/// <summary>
/// Messages whose signature was found right lately, by the SHA-256 of their whole encoding, process-wide. Many peers live in one gateway, and a
/// message that one of them has verified is as true for the next: a hash instead of a signature. Two generations; thread-safe.
/// </summary>
internal sealed class VerifiedMessages(int capacity)
{
    private readonly Lock _lock = new();
    private Dictionary<Digest, PeerId> _young = [];
    private Dictionary<Digest, PeerId> _old = [];

    /// <summary>The process's: enough for a second of a busy gateway.</summary>
    public static VerifiedMessages Shared { get; } = new(8192);

    /// <summary>The author of a message that was verified; null where it is not known.</summary>
    public PeerId? Find(GossipMessage message)
    {
        var digest = Digest.Of(message);
        lock (_lock) return _young.GetValueOrDefault(digest) ?? _old.GetValueOrDefault(digest);
    }

    /// <summary>Remembers a message that was verified, or that we signed.</summary>
    public void Add(GossipMessage message)
    {
        var digest = Digest.Of(message);
        lock (_lock)
        {
            if (_young.Count >= capacity) (_old, _young) = (_young, []);
            _young[digest] = message.Author!;
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Digest(UInt128 High, UInt128 Low)
    {
        public static Digest Of(GossipMessage message)
        {
            Digest digest = default;
            SHA256.HashData(message.Raw.Span, MemoryMarshal.AsBytes(MemoryMarshal.CreateSpan(ref digest, 1)));
            return digest;
        }
    }
}
