using System.Buffers.Binary;
using System.Net;
using System.Text;
using System.Text.Unicode;

namespace Causeway.Network.Dns;

/// <summary>Decodes one message. Every length is checked against what is there, and pointers lead strictly backwards, so no input loops.
/// A question or record with text that is not UTF-8 (RFC 1035 allows any bytes) is left out: what else a responder says still counts.</summary>
internal ref struct DnsMessageReader(ReadOnlySpan<byte> message)
{
    // A message of 64 KiB holds at most this many of the smallest records; more is a lie about the count.
    private const int SmallestQuestion = 5;
    private const int SmallestRecord = 11;
    private const ushort ClassIn = 1;
    private const ushort TopBit = 0x8000;

    private readonly ReadOnlySpan<byte> _message = message;
    private int _position;
    private bool _isForeign;

    public DnsMessage Read()
    {
        var id = ReadUInt16();
        var flags = ReadUInt16();
        int questions = ReadUInt16(), answers = ReadUInt16(), authorities = ReadUInt16(), additionals = ReadUInt16();
        if ((questions * SmallestQuestion) + ((answers + authorities + additionals) * SmallestRecord) > _message.Length - _position)
            throw new FormatException("The DNS message announces more records than it can hold.");

        var result = new DnsMessage
        {
            Id = id,
            IsResponse = (flags & 0x8000) != 0,
            IsAuthoritative = (flags & 0x0400) != 0,
            IsTruncated = (flags & 0x0200) != 0,
            RecursionDesired = (flags & 0x0100) != 0,
            ResponseCode = flags & 0xF,
            Questions = ReadQuestions(questions),
            Answers = ReadRecords(answers),
            Authorities = ReadRecords(authorities),
            Additionals = ReadRecords(additionals),
        };
        return _position == _message.Length ? result : throw new FormatException("Bytes follow the DNS message.");
    }

    private List<DnsQuestion> ReadQuestions(int count)
    {
        var questions = new List<DnsQuestion>(count);
        for (var i = 0; i < count; i++)
        {
            _isForeign = false;
            var name = ReadName();
            var type = (DnsType)ReadUInt16();
            var unicast = (ReadUInt16() & TopBit) != 0;
            if (!_isForeign) questions.Add(new DnsQuestion(name, type, unicast));
        }

        return questions;
    }

    private List<DnsRecord> ReadRecords(int count)
    {
        var records = new List<DnsRecord>(count);
        for (var i = 0; i < count; i++)
        {
            _isForeign = false;
            var name = ReadName();
            var type = (DnsType)ReadUInt16();
            var recordClass = ReadUInt16();
            var timeToLive = TimeSpan.FromSeconds(ReadUInt32() & 0x7FFFFFFF);
            var length = ReadUInt16();
            var end = _position + length;
            if (end > _message.Length) throw Truncated();
            var data = (recordClass & ~TopBit) == ClassIn ? ReadData(type, end) : new DnsData.Other(type, _message[_position..end].ToArray());
            _position = end;
            if (!_isForeign) records.Add(new DnsRecord(name, data, timeToLive, (recordClass & TopBit) != 0) { Class = (ushort)(recordClass & ~TopBit) });
        }

        return records;
    }

    private DnsData ReadData(DnsType type, int end)
    {
        DnsData data = type switch
        {
            DnsType.Ptr => new DnsData.Pointer(ReadName()),
            DnsType.Cname => new DnsData.Alias(ReadName()),
            DnsType.Soa => new DnsData.Authority(ReadName(), ReadName(), ReadUInt32(), ReadUInt32(), ReadUInt32(), ReadUInt32(), ReadUInt32()),
            DnsType.Txt => new DnsData.Text(ReadStrings(end)),
            DnsType.Srv => new DnsData.Service(ReadUInt16(), ReadUInt16(), ReadUInt16(), ReadName()),
            DnsType.A => new DnsData.Address(new IPAddress(ReadBytes(4))),
            DnsType.Aaaa => new DnsData.Address(new IPAddress(ReadBytes(16))),
            _ => new DnsData.Other(type, ReadBytes(end - _position).ToArray()),
        };
        return _position == end ? data : throw new FormatException($"A DNS record of type {type} has the wrong length.");
    }

    private List<string> ReadStrings(int end)
    {
        var strings = new List<string>();
        while (_position < end)
        {
            var length = ReadBytes(1)[0];
            if (_position + length > end) throw Truncated();
            strings.Add(Decode(ReadBytes(length)));
        }

        return strings;
    }

    private DnsName ReadName()
    {
        var labels = new List<string>();
        var position = _position;
        var afterPointer = -1;
        var length = 1;
        while (true)
        {
            if (position >= _message.Length) throw Truncated();
            int first = _message[position];
            if (first == 0) break;
            if ((first & 0xC0) == 0xC0)
            {
                if (position + 1 >= _message.Length) throw Truncated();
                var target = ((first & 0x3F) << 8) | _message[position + 1];
                if (afterPointer < 0) afterPointer = position + 2;
                if (target >= position) throw new FormatException("A DNS name points forwards.");
                position = target;
                continue;
            }

            if ((first & 0xC0) != 0) throw new FormatException("A DNS label has an unknown type.");
            if (position + 1 + first > _message.Length) throw Truncated();
            length += 1 + first;
            if (length > DnsName.MaxEncodedLength) throw new FormatException("A DNS name is too long.");
            labels.Add(Decode(_message.Slice(position + 1, first)));
            position += 1 + first;
        }

        _position = afterPointer >= 0 ? afterPointer : position + 1;
        return DnsName.FromLabels([.. labels]);
    }

    private ushort ReadUInt16() => BinaryPrimitives.ReadUInt16BigEndian(ReadBytes(2));

    private uint ReadUInt32() => BinaryPrimitives.ReadUInt32BigEndian(ReadBytes(4));

    private ReadOnlySpan<byte> ReadBytes(int count)
    {
        if (count < 0 || _position + count > _message.Length) throw Truncated();
        var bytes = _message.Slice(_position, count);
        _position += count;
        return bytes;
    }

    private string Decode(ReadOnlySpan<byte> bytes)
    {
        if (Utf8.IsValid(bytes)) return Encoding.UTF8.GetString(bytes);
        _isForeign = true;
        return "?";
    }

    private static FormatException Truncated() => new("The DNS message ends in the middle.");
}
