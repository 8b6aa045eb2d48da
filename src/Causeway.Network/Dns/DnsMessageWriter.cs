using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Causeway.Network.Dns;

/// <summary>Encodes one message; names that were written before become pointers (RFC 1035 §4.1.4).</summary>
internal sealed class DnsMessageWriter
{
    private const int MaxPointer = 0x3FFF;
    private const ushort ClassIn = 1;
    private const ushort TopBit = 0x8000;

    private readonly ArrayBufferWriter<byte> _output = new(512);
    private readonly Dictionary<string, int> _names = new(StringComparer.OrdinalIgnoreCase);

    public byte[] Write(DnsMessage message)
    {
        WriteUInt16(message.Id);
        var flags = (message.IsResponse ? 0x8000 : 0) | (message.IsAuthoritative ? 0x0400 : 0) | (message.IsTruncated ? 0x0200 : 0)
            | (message.RecursionDesired ? 0x0100 : 0) | (message.ResponseCode & 0xF);
        WriteUInt16((ushort)flags);
        WriteUInt16(checked((ushort)message.Questions.Count));
        WriteUInt16(checked((ushort)message.Answers.Count));
        WriteUInt16(checked((ushort)message.Authorities.Count));
        WriteUInt16(checked((ushort)message.Additionals.Count));
        foreach (var question in message.Questions)
        {
            WriteName(question.Name);
            WriteUInt16((ushort)question.Type);
            WriteUInt16((ushort)(ClassIn | (question.UnicastResponse ? TopBit : 0)));
        }

        foreach (var record in message.Answers) WriteRecord(record);
        foreach (var record in message.Authorities) WriteRecord(record);
        foreach (var record in message.Additionals) WriteRecord(record);
        return _output.WrittenCount <= ushort.MaxValue ? _output.WrittenSpan.ToArray() : throw new FormatException("The DNS message is larger than 64 KiB.");
    }

    private void WriteRecord(DnsRecord record)
    {
        WriteName(record.Name);
        WriteUInt16((ushort)record.Data.Type);
        WriteUInt16((ushort)(record.Class | (record.CacheFlush ? TopBit : 0)));
        WriteUInt32((uint)record.TimeToLive.TotalSeconds);

        // The length is not known before the data is written, compression included: data goes to a writer that knows the names so far.
        var data = new DnsMessageWriter { Offset = Position + 2 };
        foreach (var (name, position) in _names) data._names.Add(name, position);
        data.WriteData(record.Data);
        foreach (var (name, position) in data._names) _names.TryAdd(name, position);
        WriteUInt16(checked((ushort)data._output.WrittenCount));
        _output.Write(data._output.WrittenSpan);
    }

    private int Offset { get; init; }

    private int Position => Offset + _output.WrittenCount;

    private void WriteData(DnsData data)
    {
        switch (data)
        {
            case DnsData.Pointer pointer:
                WriteName(pointer.Target);
                break;
            case DnsData.Alias alias:
                WriteName(alias.Target);
                break;
            case DnsData.Authority authority:
                WriteName(authority.Primary);
                WriteName(authority.Mailbox);
                foreach (var number in (ReadOnlySpan<uint>)[authority.Serial, authority.Refresh, authority.Retry, authority.Expire, authority.Minimum]) WriteUInt32(number);
                break;
            case DnsData.Service service:
                WriteUInt16(service.Priority);
                WriteUInt16(service.Weight);
                WriteUInt16(service.Port);
                WriteName(service.Target);
                break;
            case DnsData.Text text:
                foreach (var line in text.Strings) WriteString(line);
                break;
            case DnsData.Address address:
                _output.Write(address.Value.GetAddressBytes());
                break;
            case DnsData.Other other:
                _output.Write(other.Bytes.Span);
                break;
        }
    }

    private void WriteName(DnsName name)
    {
        for (var i = 0; i < name.Labels.Count; i++)
        {
            // Labels may hold any character, dots too: only their lengths keep them apart.
            var rest = string.Concat(name.Labels.Skip(i).Select(label => $"{label.Length}.{label}"));
            if (_names.TryGetValue(rest, out var position))
            {
                WriteUInt16((ushort)(0xC000 | position));
                return;
            }

            if (Position <= MaxPointer) _names.Add(rest, Position);
            var bytes = Encoding.UTF8.GetBytes(name.Labels[i]);
            WriteByte((byte)bytes.Length);
            _output.Write(bytes);
        }

        WriteByte(0);
    }

    private void WriteString(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        if (bytes.Length > byte.MaxValue) throw new FormatException("A DNS string has at most 255 bytes.");
        WriteByte((byte)bytes.Length);
        _output.Write(bytes);
    }

    private void WriteByte(byte value)
    {
        _output.GetSpan(1)[0] = value;
        _output.Advance(1);
    }

    private void WriteUInt16(ushort value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(_output.GetSpan(2), value);
        _output.Advance(2);
    }

    private void WriteUInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_output.GetSpan(4), value);
        _output.Advance(4);
    }
}
