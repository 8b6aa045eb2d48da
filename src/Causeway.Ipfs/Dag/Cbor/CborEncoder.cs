using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Causeway.Ipfs.Dag.Cbor;

/// <summary>Writes values in DAG-CBOR's one form. Nothing here fails: values that have none cannot be made.</summary>
internal static class CborEncoder
{
    public static void Write(IBufferWriter<byte> target, IpldValue value)
    {
        switch (value)
        {
            case IpldNull:
                WriteHead(target, CborMajor.Simple, CborReader.Null);
                break;
            case IpldBoolean boolean:
                WriteHead(target, CborMajor.Simple, boolean.Value ? CborReader.True : CborReader.False);
                break;
            case IpldInteger { Value: var number }:
                if (number >= 0) WriteHead(target, CborMajor.Unsigned, (ulong)number);
                else WriteHead(target, CborMajor.Negative, (ulong)(-1 - number));
                break;
            case IpldFloat number:
                WriteFloat(target, number.Value);
                break;
            case IpldString text:
                WriteText(target, text.Value);
                break;
            case IpldBytes bytes:
                WriteHead(target, CborMajor.Bytes, (ulong)bytes.Value.Length);
                target.Write(bytes.Value.Span);
                break;
            case IpldList list:
                WriteHead(target, CborMajor.List, (ulong)list.Count);
                foreach (var item in list) Write(target, item);
                break;
            case IpldMap map:
                WriteHead(target, CborMajor.Map, (ulong)map.Count);
                foreach (var (key, item) in map)
                {
                    WriteText(target, key);
                    Write(target, item);
                }

                break;
            default:
                WriteLink(target, value.As<IpldLink>());
                break;
        }
    }

    private static void WriteLink(IBufferWriter<byte> target, IpldLink link)
    {
        WriteHead(target, CborMajor.Tag, CborReader.LinkTag);
        WriteHead(target, CborMajor.Bytes, (ulong)link.Value.Bytes.Length + 1);
        target.Write<byte>([0]);
        target.Write(link.Value.Bytes.Span);
    }

    private static void WriteText(IBufferWriter<byte> target, string text)
    {
        WriteHead(target, CborMajor.Text, (ulong)Encoding.UTF8.GetByteCount(text));
        Encoding.UTF8.GetBytes(text, target);
    }

    private static void WriteFloat(IBufferWriter<byte> target, double value)
    {
        var span = target.GetSpan(9);
        span[0] = 0xfb;
        BinaryPrimitives.WriteDoubleBigEndian(span[1..], value);
        target.Advance(9);
    }

    private static void WriteHead(IBufferWriter<byte> target, CborMajor major, ulong argument)
    {
        var span = target.GetSpan(9);
        var type = (byte)((int)major << 5);
        switch (argument)
        {
            case < 24:
                span[0] = (byte)(type | argument);
                target.Advance(1);
                break;
            case <= byte.MaxValue:
                span[0] = (byte)(type | 24);
                span[1] = (byte)argument;
                target.Advance(2);
                break;
            case <= ushort.MaxValue:
                span[0] = (byte)(type | 25);
                BinaryPrimitives.WriteUInt16BigEndian(span[1..], (ushort)argument);
                target.Advance(3);
                break;
            case <= uint.MaxValue:
                span[0] = (byte)(type | 26);
                BinaryPrimitives.WriteUInt32BigEndian(span[1..], (uint)argument);
                target.Advance(5);
                break;
            default:
                span[0] = (byte)(type | 27);
                BinaryPrimitives.WriteUInt64BigEndian(span[1..], argument);
                target.Advance(9);
                break;
        }
    }
}
