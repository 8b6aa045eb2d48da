namespace Causeway.Network.Dns;

/// <summary>One question to one server: its bytes, and which answers answer it.</summary>
internal sealed class DnsQuery(ushort id, DnsName name, DnsType type)
{
    private readonly DnsQuestion _question = new(name, type);

    public byte[] Encode() => new DnsMessage { Id = id, RecursionDesired = true, Questions = [_question] }.Encode();

    /// <summary>Whether the bytes claim to be the answer: whoever cannot see the question does not know its ID (RFC 5452 §9).</summary>
    public bool IsAnsweredBy(ReadOnlySpan<byte> bytes) => bytes.Length >= 2 && ((bytes[0] << 8) | bytes[1]) == id;

    /// <summary>Reads the answer; null if it is an answer to something else.</summary>
    /// <exception cref="FormatException">It is malformed.</exception>
    public DnsMessage? Read(ReadOnlySpan<byte> bytes)
    {
        if (!IsAnsweredBy(bytes)) return null;
        var message = DnsMessage.Decode(bytes);

        // A server that could not read the question need not repeat it (RFC 1035 §4.1.1: format error).
        var repeats = message.Questions is [var question] ? question == _question : message.Questions.Count == 0 && message.ResponseCode == DnsResponseCode.FormatError;
        return message.IsResponse && repeats ? message : null;
    }
}
