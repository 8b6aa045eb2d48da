using System.Diagnostics.CodeAnalysis;
using Causeway.Cryptography.Hybrid;
using Causeway.Tunnel.Protocol.Identity;

namespace Causeway.Tunnel.Rosters.Entries;

/// <summary>
/// One signed change of a roster (tunnel protocol §5.1). That it is well-formed says nothing about its signature, its parents or its author's
/// rights: those are <see cref="RosterLog"/>'s and the evaluation's to judge.
/// </summary>
public sealed class RosterEntry
{
    private readonly byte[] _bytes;

    private RosterEntry(byte[] bytes, RosterEntryHeader header, RosterChange change)
    {
        _bytes = bytes;
        Header = header;
        Change = change;
        Id = RosterEntryId.Of(Unsigned.Span);
    }

    /// <summary>The SHA-256 of all but the signature.</summary>
    public RosterEntryId Id { get; }

    /// <summary>Author, place in the history, time.</summary>
    public RosterEntryHeader Header { get; }

    /// <summary>What it does.</summary>
    public RosterChange Change { get; }

    /// <summary>Who signed it.</summary>
    public TunnelPeerId Author => Header.Author;

    /// <summary>0 in CREATE, else 1 + the highest of the parents'.</summary>
    public ulong Height => Header.Height;

    /// <summary>The whole entry as it travels.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>What the signature covers.</summary>
    public ReadOnlyMemory<byte> Unsigned => _bytes.AsMemory(0, _bytes.Length - HybridPublicKey.SignatureSize);

    /// <summary>The signature, 4691 bytes.</summary>
    public ReadOnlyMemory<byte> Signature => _bytes.AsMemory(_bytes.Length - HybridPublicKey.SignatureSize);

    /// <summary>Reads an entry. Strict: false for anything but the one encoding of its values.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out RosterEntry? entry)
    {
        entry = null;
        if (bytes.Length is <= HybridPublicKey.SignatureSize or > RosterLimits.EntrySize) return false;
        var unsigned = bytes[..^HybridPublicKey.SignatureSize];
        if (!RosterEntryCodec.TryRead(unsigned, out var header, out var change)) return false;
        entry = new RosterEntry(bytes.ToArray(), header, change);
        return true;
    }

    /// <summary>Writes and signs an entry.</summary>
    /// <exception cref="ArgumentException">A value has no encoding: a name that is none, too many parents.</exception>
    public static RosterEntry Create(RosterEntryHeader header, RosterChange change, IRosterSigner signer)
    {
        var unsigned = RosterEntryCodec.Write(header, change);
        var bytes = new byte[unsigned.Length + HybridPublicKey.SignatureSize];
        unsigned.CopyTo(bytes);
        signer.Sign(unsigned, bytes.AsSpan(unsigned.Length));
        return TryDecode(bytes, out var entry) ? entry : throw new ArgumentException("These values have no encoding.", nameof(change));
    }
}
