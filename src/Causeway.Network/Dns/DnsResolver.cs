using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace Causeway.Network.Dns;

/// <summary>
/// A stub resolver (RFC 1034 §5.3.1): asks recursive servers for addresses and texts, over UDP and, where an answer does not fit, TCP. It keeps answers
/// for as long as they hold, honours the system's table of hosts, and uses names as they are given: no search lists. Safe for use by many at once.
/// </summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "The semaphore is used without its wait handle and so holds nothing that must be released.")]
public sealed class DnsResolver
{
    private readonly DnsResolverOptions _options;
    private readonly SystemFile<ResolverConfiguration> _configuration;
    private readonly SystemFile<HostsFile> _hosts;
    private readonly DnsClient _client;
    private readonly DnsCache _cache;
    private readonly SemaphoreSlim _places;

    /// <summary>Makes a resolver; it asks nothing yet.</summary>
    /// <param name="options">Whom to ask and what to keep. Default: as the system is configured.</param>
    /// <param name="timeProvider">The clock. Default: the system's.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public DnsResolver(DnsResolverOptions? options = null, TimeProvider? timeProvider = null)
    {
        _options = options ?? new DnsResolverOptions();
        _options.Validate();
        var time = timeProvider ?? TimeProvider.System;
        _configuration = new SystemFile<ResolverConfiguration>(_options.ConfigurationPath, ResolverConfiguration.Parse);
        _hosts = new SystemFile<HostsFile>(_options.HostsPath, HostsFile.Parse);
        _client = new DnsClient(time);
        _cache = new DnsCache(_options.MaxCacheEntries, time);
        _places = new SemaphoreSlim(_options.MaxConcurrentQueries);
    }

    /// <summary>The addresses of a name (A, AAAA), IPv6 first. An IP address in text form is its own answer; <c>localhost</c> is the loopback (RFC 6761 §6.3).</summary>
    /// <param name="name">The name, fully qualified, with or without its last dot; international labels as A-labels (<c>xn--…</c>).</param>
    /// <param name="family">Only IPv4 or only IPv6; null for both.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>At most 256 per family; none if the name exists without such addresses.</returns>
    /// <exception cref="DnsException">There is no such name, or it cannot be resolved; for both families: neither can.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Another family.</exception>
    public async ValueTask<IReadOnlyList<IPAddress>> ResolveAddressesAsync(string name, AddressFamily? family = null, CancellationToken cancellationToken = default)
    {
        if (family is not (null or AddressFamily.InterNetwork or AddressFamily.InterNetworkV6)) throw new ArgumentOutOfRangeException(nameof(family));
        if (FindLocally(name) is { } local) return [.. local.Where(a => family is null || a.AddressFamily == family)];
        var parsed = Parse(name);
        if (family is { } one) return await AskAddressesAsync(parsed, one, cancellationToken);

        // One family's servers may fail where the other's answer: what is known counts, and a failure only where nothing is.
        Task<IReadOnlyList<IPAddress>>[] both =
        [
            AskAddressesAsync(parsed, AddressFamily.InterNetworkV6, cancellationToken),
            AskAddressesAsync(parsed, AddressFamily.InterNetwork, cancellationToken),
        ];
        await ((Task)Task.WhenAll(both)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        List<IPAddress> addresses = [];
        foreach (var answered in both.Where(t => t.IsCompletedSuccessfully)) addresses.AddRange(await answered);
        if (addresses.Count == 0 && Array.Find(both, t => t.IsFaulted) is { } failed) await failed;
        return addresses;
    }

    /// <summary>The texts of a name (TXT), each record's strings joined without anything between them (as RFC 7208 §3.3 does).</summary>
    /// <param name="name">The name, as for <see cref="ResolveAddressesAsync"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>At most 256; none if the name exists without texts. Records that are not UTF-8 are left out.</returns>
    /// <exception cref="DnsException">There is no such name, or it cannot be resolved.</exception>
    public async ValueTask<IReadOnlyList<string>> ResolveTextAsync(string name, CancellationToken cancellationToken = default)
    {
        var answer = await AskAsync(Parse(name), DnsType.Txt, cancellationToken);
        return [.. answer.Data.OfType<DnsData.Text>().Select(t => string.Concat(t.Strings))];
    }

    private static DnsName Parse(string name)
    {
        try
        {
            return DnsName.Parse(name);
        }
        catch (FormatException exception)
        {
            throw new DnsException(DnsFailure.InvalidName, $"'{name}' is not a domain name. {exception.Message}", exception);
        }
    }

    private static bool IsUnder(DnsName name, string top) => string.Equals(name.Labels[^1], top, StringComparison.OrdinalIgnoreCase);

    private IReadOnlyList<IPAddress>? FindLocally(string text)
    {
        if (IPAddress.TryParse(text, out var address)) return [address];
        var name = Parse(text);
        if (IsUnder(name, "localhost")) return [IPAddress.IPv6Loopback, IPAddress.Loopback];
        return _hosts.Value.Find(name) is { Count: > 0 } addresses ? addresses : null;
    }

    private async Task<IReadOnlyList<IPAddress>> AskAddressesAsync(DnsName name, AddressFamily family, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(name, family == AddressFamily.InterNetwork ? DnsType.A : DnsType.Aaaa, cancellationToken);
        return [.. answer.Data.OfType<DnsData.Address>().Select(a => a.Value)];
    }

    private async Task<DnsAnswer> AskAsync(DnsName name, DnsType type, CancellationToken cancellationToken)
    {
        // Names that are never in the domain system, and must not leak into it (RFC 6761 §6.4, RFC 7686 §2).
        if (IsUnder(name, "invalid") || IsUnder(name, "onion")) throw NotFound(name);

        if (_cache.Find(name, type) is not { } answer)
        {
            answer = await FollowAsync(name, type, cancellationToken);
            _cache.Add(name, type, answer, Lesser(answer.TimeToLive, answer.Data.Count > 0 ? _options.MaxTimeToLive : _options.MaxNegativeTimeToLive));
        }

        return answer.Exists ? answer : throw NotFound(name);
    }

    private async Task<DnsAnswer> FollowAsync(DnsName name, DnsType type, CancellationToken cancellationToken)
    {
        var (next, aliases) = (name, TimeSpan.MaxValue);
        for (var i = 0; i <= DnsAnswer.MaxAliases; i++)
        {
            var answer = await AskServersAsync(next, type, cancellationToken);
            aliases = Lesser(aliases, answer.TimeToLive);
            if (answer.Next is null) return answer.Within(aliases);
            next = answer.Next;
        }

        throw DnsAnswer.TooManyAliases(name);
    }

    private async Task<DnsAnswer> AskServersAsync(DnsName name, DnsType type, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken);
        try
        {
            return DnsAnswer.Of(await _client.AskAsync(Configuration(), name, type, cancellationToken), name, type);
        }
        finally
        {
            _places.Release();
        }
    }

    private ResolverConfiguration Configuration()
    {
        var configuration = _configuration.Value;
        return configuration with
        {
            Servers = _options.Servers ?? configuration.Servers,
            Timeout = _options.Timeout ?? configuration.Timeout,
            Attempts = _options.Attempts ?? configuration.Attempts,
        };
    }

    private static DnsException NotFound(DnsName name) => new(DnsFailure.NameNotFound, $"The name {name} does not exist. Is it spelled right?");

    private static TimeSpan Lesser(TimeSpan left, TimeSpan right) => left < right ? left : right;
}
