namespace Causeway.Network.Dns;

/// <summary>A DNS message (RFC 1035 §4), as multicast DNS and resolvers exchange it.</summary>
public sealed record DnsMessage
{
    /// <summary>Links an answer to its question; 0 in multicast DNS.</summary>
    public ushort Id { get; init; }

    /// <summary>Whether this is a response.</summary>
    public bool IsResponse { get; init; }

    /// <summary>AA: the responder owns the names (always set in multicast responses, RFC 6762 §18.4).</summary>
    public bool IsAuthoritative { get; init; }

    /// <summary>TC: more did not fit.</summary>
    public bool IsTruncated { get; init; }

    /// <summary>RD: asks a resolver to do the whole work.</summary>
    public bool RecursionDesired { get; init; }

    /// <summary>RCODE, 0 (no error) to 15.</summary>
    public int ResponseCode { get; init; }

    /// <summary>What is asked.</summary>
    public IReadOnlyList<DnsQuestion> Questions { get; init; } = [];

    /// <summary>The answers; in a multicast query, those that the asker knows already.</summary>
    public IReadOnlyList<DnsRecord> Answers { get; init; } = [];

    /// <summary>Authority records.</summary>
    public IReadOnlyList<DnsRecord> Authorities { get; init; } = [];

    /// <summary>Records that the asker will want next.</summary>
    public IReadOnlyList<DnsRecord> Additionals { get; init; } = [];

    /// <summary>Encodes with name compression.</summary>
    /// <exception cref="FormatException">The message is larger than 64 KiB, or a text string longer than 255 bytes.</exception>
    public byte[] Encode() => new DnsMessageWriter().Write(this);

    /// <summary>Decodes strictly: exact lengths, no trailing bytes, no pointer loops, bounded counts. Questions and records whose text is not UTF-8 are left out.</summary>
    /// <exception cref="FormatException">Not a DNS message.</exception>
    public static DnsMessage Decode(ReadOnlySpan<byte> bytes) => new DnsMessageReader(bytes).Read();

    /// <summary>As <see cref="Decode"/>, without the exception.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, out DnsMessage message)
    {
        try
        {
            message = Decode(bytes);
            return true;
        }
        catch (FormatException)
        {
            message = new DnsMessage();
            return false;
        }
    }
}

/// <summary>A question.</summary>
/// <param name="Name">The name asked for.</param>
/// <param name="Type">The record type asked for.</param>
/// <param name="UnicastResponse">The top bit of the class: a unicast answer is welcome (RFC 6762 §5.4).</param>
public sealed record DnsQuestion(DnsName Name, DnsType Type, bool UnicastResponse = false);

/// <summary>A resource record.</summary>
/// <param name="Name">Whose record it is.</param>
/// <param name="Data">The data, by type.</param>
/// <param name="TimeToLive">How long it may be kept; whole seconds, 0 says goodbye in multicast DNS.</param>
/// <param name="CacheFlush">The top bit of the class: replaces what was known (RFC 6762 §10.2).</param>
public sealed record DnsRecord(DnsName Name, DnsData Data, TimeSpan TimeToLive, bool CacheFlush = false)
{
    /// <summary>The class without its top bit: 1 (IN), except in records whose data we only carry, such as OPT (RFC 6891).</summary>
    public ushort Class { get; init; } = 1;
}
