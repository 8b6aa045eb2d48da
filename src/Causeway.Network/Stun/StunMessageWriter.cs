using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Causeway.Network.Stun;

/// <summary>Encodes one message (RFC 8489 §5, §14).</summary>
internal sealed class StunMessageWriter
{
    private const int FingerprintLength = 8;

    private readonly ArrayBufferWriter<byte> _output = new(128);

    public byte[] Write(StunMessage message)
    {
        var header = _output.GetSpan(StunMessage.HeaderLength)[..StunMessage.HeaderLength];
        BinaryPrimitives.WriteUInt16BigEndian(header, (ushort)(StunMessage.Binding | (((int)message.Class & 1) << 4) | (((int)message.Class & 2) << 7)));
        BinaryPrimitives.WriteUInt16BigEndian(header[2..], 0);
        BinaryPrimitives.WriteUInt32BigEndian(header[4..], StunMessage.Cookie);
        message.TransactionId.Write(header[8..]);
        var mask = header[4..].ToArray();
        _output.Advance(StunMessage.HeaderLength);

        if (message.ErrorCode != 0) WriteError(message.ErrorCode, message.ErrorReason);
        if (message.UnknownAttributes.Count > 0) WriteUnknown(message.UnknownAttributes);
        if (message.Change is { } change) BinaryPrimitives.WriteUInt32BigEndian(Attribute(StunAttribute.ChangeRequest, 4), (uint)change);
        WriteAddress(StunAttribute.XorMappedAddress, message.MappedAddress, mask);
        WriteAddress(StunAttribute.ResponseOrigin, message.ResponseOrigin, default);
        WriteAddress(StunAttribute.OtherAddress, message.OtherAddress, default);

        // The checksum covers the length as it is with the checksum (§14.7).
        var bytes = new byte[_output.WrittenCount + (message.HasFingerprint ? FingerprintLength : 0)];
        _output.WrittenSpan.CopyTo(bytes);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), (ushort)(bytes.Length - StunMessage.HeaderLength));
        if (message.HasFingerprint)
        {
            var end = bytes.AsSpan(_output.WrittenCount);
            BinaryPrimitives.WriteUInt16BigEndian(end, StunAttribute.Fingerprint);
            BinaryPrimitives.WriteUInt16BigEndian(end[2..], 4);
            BinaryPrimitives.WriteUInt32BigEndian(end[4..], StunFingerprint.Compute(bytes.AsSpan(0, _output.WrittenCount)));
        }

        return bytes;
    }

    private void WriteAddress(ushort type, IPEndPoint? endPoint, ReadOnlySpan<byte> mask)
    {
        if (endPoint is null) return;
        var address = endPoint.Address.GetAddressBytes();
        var value = Attribute(type, 4 + address.Length);
        var port = (ushort)endPoint.Port;
        if (!mask.IsEmpty)
        {
            port ^= BinaryPrimitives.ReadUInt16BigEndian(mask);
            for (var i = 0; i < address.Length; i++) address[i] ^= mask[i];
        }

        value[1] = endPoint.AddressFamily == AddressFamily.InterNetwork ? (byte)1 : (byte)2;
        BinaryPrimitives.WriteUInt16BigEndian(value[2..], port);
        address.CopyTo(value[4..]);
    }

    private void WriteError(int code, string reason)
    {
        var text = Encoding.UTF8.GetBytes(reason);
        var value = Attribute(StunAttribute.ErrorCode, 4 + text.Length);
        value[2] = (byte)(code / 100);
        value[3] = (byte)(code % 100);
        text.CopyTo(value[4..]);
    }

    private void WriteUnknown(IReadOnlyList<ushort> types)
    {
        var value = Attribute(StunAttribute.UnknownAttributes, types.Count * 2);
        for (var i = 0; i < types.Count; i++) BinaryPrimitives.WriteUInt16BigEndian(value[(i * 2)..], types[i]);
    }

    /// <summary>Appends an attribute of zeros, padded to four bytes; returns its value.</summary>
    private Span<byte> Attribute(ushort type, int length)
    {
        var padded = (length + 3) & ~3;
        var span = _output.GetSpan(4 + padded)[..(4 + padded)];
        span.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(span, type);
        BinaryPrimitives.WriteUInt16BigEndian(span[2..], (ushort)length);
        _output.Advance(4 + padded);
        return span.Slice(4, length);
    }
}
