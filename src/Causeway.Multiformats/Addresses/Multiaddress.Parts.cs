using Causeway.Multiformats.Addresses;

namespace Causeway.Multiformats;

/// <content>Looking at parts, and addresses made of parts of others.</content>
public sealed partial class Multiaddress
{
    /// <summary>The last <c>/p2p</c> part's peer ID, or null; null also where a <c>/p2p-circuit</c> follows it, since that peer is only the relay.</summary>
    public PeerId? PeerId
    {
        get
        {
            if (_peerId is not null) return _peerId;
            var index = LastIndexOf(AddressProtocols.P2p);
            return index < 0 || index < LastIndexOf(AddressProtocols.P2pCircuit) ? null : _peerId = PeerId.FromBytes(ValueBytes(_parts[index]));
        }
    }

    /// <summary>Whether a part with this protocol name is there.</summary>
    public bool Has(string protocol) => AddressProtocols.Find(protocol) is { } known && IndexOf(known) >= 0;

    /// <summary>The text value of the first part with this protocol name, or null.</summary>
    public string? ValueOf(string protocol) =>
        AddressProtocols.Find(protocol) is { } known && IndexOf(known) is >= 0 and var index ? ValueText(_parts[index]) : null;

    /// <summary>This address followed by <paramref name="inner"/>.</summary>
    /// <exception cref="ArgumentException">The result would be longer than <see cref="MaxLength"/> or <see cref="MaxComponents"/>, or this ends with a path.</exception>
    public Multiaddress Encapsulate(Multiaddress inner)
    {
        if (inner.IsEmpty) return this;
        return IsEmpty ? inner : Join(_bytes, inner._bytes);
    }

    /// <summary>This address followed by <c>/p2p/id</c>; unchanged when it already ends so.</summary>
    /// <exception cref="ArgumentException">As for <see cref="Encapsulate"/>.</exception>
    public Multiaddress WithPeerId(PeerId peerId)
    {
        if (_parts.Length > 0 && _parts[^1].Protocol == AddressProtocols.P2p && ValueBytes(_parts[^1]).SequenceEqual(peerId.Span)) return this;
        Span<byte> part = stackalloc byte[64];
        var length = UnsignedVarint.Write(part, (ulong)AddressProtocols.P2p.Code);
        length += UnsignedVarint.Write(part[length..], (ulong)peerId.Span.Length);
        peerId.Span.CopyTo(part[length..]);
        return Join(_bytes, part[..(length + peerId.Span.Length)]);
    }

    /// <summary>This address without a trailing <c>/p2p</c> part.</summary>
    public Multiaddress WithoutPeerId() => _parts.Length > 0 && _parts[^1].Protocol == AddressProtocols.P2p ? Slice(0, _parts.Length - 1) : this;

    private int IndexOf(AddressProtocol protocol) => Array.FindIndex(_parts, part => part.Protocol == protocol);

    private int LastIndexOf(AddressProtocol protocol) => Array.FindLastIndex(_parts, part => part.Protocol == protocol);

    private Multiaddress Slice(int first, int end)
    {
        if (first >= end) return Empty;
        if (first == 0 && end == _parts.Length) return this;
        var offset = _parts[first].Start;
        var parts = _parts[first..end];
        for (var i = 0; i < parts.Length; i++)
        {
            ref var part = ref parts[i];
            part = part with { Start = (ushort)(part.Start - offset), ValueStart = (ushort)(part.ValueStart - offset), End = (ushort)(part.End - offset) };
        }

        return new Multiaddress(_bytes[offset.._parts[end - 1].End], parts);
    }

    private static Multiaddress Join(ReadOnlySpan<byte> head, ReadOnlySpan<byte> tail)
    {
        byte[] bytes = [.. head, .. tail];
        return TryFromBytes(bytes, out var address, out var failure)
            ? address
            : throw new ArgumentException($"The addresses cannot be joined: {failure.Describe(default)}.");
    }
}
