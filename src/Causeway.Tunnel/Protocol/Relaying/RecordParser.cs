using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Causeway.Tunnel.Protocol.Relaying.WebSockets;

namespace Causeway.Tunnel.Protocol.Relaying;

/// <summary>
/// Takes a stream of records apart, however it is cut. It keeps the first bytes of a record only, its <see cref="Prefix"/>: all of a control record, header and
/// peer ID of DATA, the header of the longer ones. The rest of the body is the caller's to take from the stream, <see cref="Remaining"/> bytes: straight to where
/// they belong. A struct without references: an idle connection holds no buffer.
/// </summary>
[StructLayout(LayoutKind.Auto)]
public struct RecordParser(RecordSender sender)
{
    private Bytes _prefix;
    private int _length;

    /// <summary>The bytes of the body that come after the prefix and were not <see cref="Take"/>n yet.</summary>
    public int Remaining { get; private set; }

    /// <summary>Whether the prefix is complete.</summary>
    public readonly bool HasPrefix => _length > 0 && _length == PrefixLength;

    /// <summary>The header; valid when the prefix is complete.</summary>
    public readonly RecordHeader Header => RecordHeader.Read(_prefix);

    /// <summary>Whether a record has begun and not ended.</summary>
    public readonly bool IsWithinRecord => _length > 0;

    private readonly int PrefixLength
    {
        get
        {
            if (_length < RecordHeader.Size) return RecordHeader.Size;
            var header = Header;
            return header.Type switch
            {
                RecordType.Data => RecordHeader.DataPrefix,
                _ when header.RecordLength <= ControlRecords.MaxSize && header.Type != RecordType.Refused => header.RecordLength,
                _ => RecordHeader.Size,
            };
        }
    }

    /// <summary>The first bytes of the record, header included.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<byte> Prefix => ((ReadOnlySpan<byte>)_prefix)[.._length];

    /// <summary>The body of a record that is nothing but prefix.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<byte> ControlBody => ((ReadOnlySpan<byte>)_prefix)[RecordHeader.Size.._length];

    /// <summary>Reads on until the prefix is complete or the input is used up; returns the bytes used.</summary>
    /// <exception cref="RelayLinkException">A type that this end does not send, or a length that the type cannot have.</exception>
    public int Read(ReadOnlySpan<byte> input, ref WebSocketMask mask)
    {
        var used = 0;
        while (used < input.Length)
        {
            var target = PrefixLength;
            var part = Math.Min(target - _length, input.Length - used);
            mask.Copy(input.Slice(used, part), ((Span<byte>)_prefix)[_length..]);
            used += part;
            _length += part;
            if (_length < target) break;
            if (_length == RecordHeader.Size)
            {
                Check();
                Remaining = Header.RecordLength - PrefixLength;
            }

            if (_length == PrefixLength) break;
        }

        return used;
    }

    /// <summary>Says that this many bytes of the rest of the body were taken.</summary>
    public void Take(int count) => Remaining -= count;

    /// <summary>Goes on to the next record.</summary>
    public void Next() => (_length, Remaining) = (0, 0);

    private readonly void Check()
    {
        var header = Header;
        if (sender == RecordSender.Member ? header.IsValidFromMember : header.IsValidFromRelay) return;
        throw new RelayLinkException(RelayRefusalCode.Malformed, $"a record of type {(byte)header.Type:x2} and {header.BodyLength} bytes is not allowed here");
    }

    [InlineArray(ControlRecords.MaxSize)]
    private struct Bytes
    {
        private byte _first;
    }
}
