namespace Causeway.Network.Dns;

/// <summary>What an answer says about a name and a type, its aliases followed.</summary>
internal sealed record DnsAnswer
{
    /// <summary>Aliases in a row that are followed; real chains have three or four.</summary>
    public const int MaxAliases = 8;

    /// <summary>Records of one answer that are taken; the rest is left.</summary>
    public const int MaxRecords = 256;

    /// <summary>Whether the name exists, with or without records of the type.</summary>
    public bool Exists { get; private init; } = true;

    /// <summary>The records.</summary>
    public IReadOnlyList<DnsData> Data { get; private init; } = [];

    /// <summary>How long this may be kept, at most; zero where the answer does not say (RFC 2308 §5).</summary>
    public TimeSpan TimeToLive { get; private init; }

    /// <summary>The name that the answer leads to without saying anything about it: it is to be asked for. Null if the answer is complete.</summary>
    public DnsName? Next { get; private init; }

    /// <summary>This answer at the end of aliases that may be kept for <paramref name="aliases"/> only.</summary>
    public DnsAnswer Within(TimeSpan aliases) => aliases < TimeToLive ? this with { TimeToLive = aliases } : this;

    /// <summary>Reads a message whose response code is no error or a name error.</summary>
    /// <exception cref="DnsException">The aliases lead too far, or in a circle.</exception>
    public static DnsAnswer Of(DnsMessage message, DnsName name, DnsType type)
    {
        var (end, kept) = (name, TimeSpan.MaxValue);
        for (var aliases = 0; ; aliases++)
        {
            var records = message.Answers.Where(r => r.Data.Type == type && r.Class == 1 && r.Name.Equals(end)).Take(MaxRecords).ToList();
            if (records.Count > 0) return new DnsAnswer { Data = [.. records.Select(r => r.Data)], TimeToLive = Lesser(kept, records.Min(r => r.TimeToLive)) };
            if (message.Answers.FirstOrDefault(r => r.Data is DnsData.Alias && r.Name.Equals(end)) is not { Data: DnsData.Alias alias } record) break;
            if (aliases == MaxAliases) throw TooManyAliases(name);
            (end, kept) = (alias.Target, Lesser(kept, record.TimeToLive));
        }

        var absent = Absence(message);
        var exists = message.ResponseCode != DnsResponseCode.NameError;
        if (exists && absent is null && !end.Equals(name)) return new DnsAnswer { Next = end, TimeToLive = kept };
        return new DnsAnswer { Exists = exists, TimeToLive = Lesser(kept, absent ?? TimeSpan.Zero) };
    }

    public static DnsException TooManyAliases(DnsName name) =>
        new(DnsFailure.Malformed, $"The aliases of {name} lead in a circle, or through more than {MaxAliases} names.");

    // RFC 2308 §5: the lesser of the record's own time and its last field.
    private static TimeSpan? Absence(DnsMessage message) => message.Authorities.FirstOrDefault(r => r.Data is DnsData.Authority) is { Data: DnsData.Authority authority } record
        ? Lesser(record.TimeToLive, TimeSpan.FromSeconds(authority.Minimum))
        : null;

    private static TimeSpan Lesser(TimeSpan left, TimeSpan right) => left < right ? left : right;
}
