using System.Net;

namespace Causeway.Network.Stun.Discovery;

/// <summary>Finds out how the NAT between this machine and a STUN server behaves (RFC 5780 §4): it sends a few datagrams from sockets of its own.</summary>
public sealed class NatDiscovery
{
    // RFC 8489's patience is 39.5 s; two tests of a filter must wait to its end. These numbers take 7.5 s, and three losses in a row.
    private static readonly StunClientOptions Patience = new() { Requests = 4, LastWait = 8 };

    private readonly Func<IStunSocket> _open;
    private readonly TimeProvider _time;

    /// <summary>Prepares the discovery.</summary>
    /// <param name="family">The address family of the servers.</param>
    /// <param name="timeProvider">The clock. Default: the system's.</param>
    /// <param name="options">How patiently servers are asked. Default: 4 requests from 500 ms on, 7.5 s together.</param>
    public NatDiscovery(System.Net.Sockets.AddressFamily family, TimeProvider? timeProvider = null, StunClientOptions? options = null)
        : this(() => new StunSocket(family, options ?? Patience, timeProvider ?? TimeProvider.System), timeProvider ?? TimeProvider.System)
    {
    }

    internal NatDiscovery(Func<IStunSocket> open, TimeProvider time) => (_open, _time) = (open, time);

    /// <summary>Finds out.</summary>
    /// <param name="servers">Servers in the order of preference, at most 8 are asked. One with a second address tells everything; two without tell whether mappings depend on the destination.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What could be found out; never fails for want of an answer.</returns>
    public async Task<NatBehavior> DiscoverAsync(IReadOnlyList<IPEndPoint> servers, CancellationToken cancellationToken = default)
    {
        await using var socket = _open();
        var answers = await AskAllAsync(socket, [.. servers.Take(8)], cancellationToken);
        if (answers.Count == 0) return new NatBehavior();

        var (server, first, roundTrip) = answers.Find(a => a.Answer.OtherAddress is not null) is { Answer: not null } full ? full : answers[0];
        var local = socket.LocalEndPoint(server);
        var result = new NatBehavior { LocalEndPoint = local, PublicEndPoint = first.MappedAddress, RoundTrip = roundTrip };
        var isTranslated = !first.MappedAddress!.Equals(local);

        // What the mapping tests send opens filters, so the filter comes first, with a socket that has sent to nobody but the server's first address.
        if (first.OtherAddress is { } other)
        {
            result = result with { Filtering = await FilteringAsync(server, other, cancellationToken) };
            result = result with { Mapping = isTranslated ? await MappingAsync(socket, server, other, first.MappedAddress, cancellationToken) : NatMapping.None };
        }
        else
        {
            var mapped = answers.Where(a => !a.Server.Address.Equals(server.Address)).Select(a => a.Answer.MappedAddress).ToList();
            result = result with
            {
                Mapping = !isTranslated ? NatMapping.None
                    : mapped.Count == 0 ? NatMapping.Unknown
                    : mapped.TrueForAll(first.MappedAddress.Equals) ? NatMapping.EndpointIndependent
                    : NatMapping.Dependent,
            };
        }

        return isTranslated ? result with { HairPinning = await HairPinningAsync(server, cancellationToken) } : result;
    }

    private static async Task<T?> OrNothing<T>(Task<T> task)
        where T : class
    {
        try
        {
            return await task;
        }
        catch (StunException)
        {
            return null;
        }
    }

    private async Task<List<(IPEndPoint Server, StunMessage Answer, TimeSpan RoundTrip)>> AskAllAsync(IStunSocket socket, IPEndPoint[] servers, CancellationToken cancellationToken)
    {
        var start = _time.GetTimestamp();
        var answers = await Task.WhenAll(servers.Select(async server =>
        {
            var answer = await OrNothing(socket.Client.BindAsync(server, cancellationToken: cancellationToken));
            return (server, answer, _time.GetElapsedTime(start));
        }));
        return [.. answers.Where(a => a.answer is not null).Select(a => (a.server, a.answer!, a.Item3))];
    }

    /// <summary>RFC 5780 §4.3, tests II and III.</summary>
    private static async Task<NatMapping> MappingAsync(IStunSocket socket, IPEndPoint server, IPEndPoint other, IPEndPoint mapped, CancellationToken cancellationToken)
    {
        if (await OrNothing(socket.Client.BindAsync(new IPEndPoint(other.Address, server.Port), cancellationToken: cancellationToken)) is not { MappedAddress: { } second }) return NatMapping.Unknown;
        if (second.Equals(mapped)) return NatMapping.EndpointIndependent;
        if (await OrNothing(socket.Client.BindAsync(other, cancellationToken: cancellationToken)) is not { MappedAddress: { } third }) return NatMapping.Dependent;
        return third.Equals(second) ? NatMapping.AddressDependent : NatMapping.AddressAndPortDependent;
    }

    /// <summary>RFC 5780 §4.4, tests I to III.</summary>
    private async Task<NatFiltering> FilteringAsync(IPEndPoint server, IPEndPoint other, CancellationToken cancellationToken)
    {
        await using var socket = _open();
        if (await OrNothing(socket.Client.BindAsync(server, cancellationToken: cancellationToken)) is null) return NatFiltering.Unknown;
        if (await OrNothing(socket.Client.BindAsync(server, StunChange.Address | StunChange.Port, other, cancellationToken)) is not null) return NatFiltering.EndpointIndependent;
        var otherPort = new IPEndPoint(server.Address, other.Port);
        return await OrNothing(socket.Client.BindAsync(server, StunChange.Port, otherPort, cancellationToken)) is not null ? NatFiltering.AddressDependent : NatFiltering.AddressAndPortDependent;
    }

    /// <summary>As two peers behind one NAT do: two sockets send to each other's public address until one of them hears the other.</summary>
    private async Task<bool?> HairPinningAsync(IPEndPoint server, CancellationToken cancellationToken)
    {
        await using IStunSocket left = _open(), right = _open();
        var mapped = await Task.WhenAll(
            OrNothing(left.Client.BindAsync(server, cancellationToken: cancellationToken)),
            OrNothing(right.Client.BindAsync(server, cancellationToken: cancellationToken)));
        if (mapped is not [{ MappedAddress: { } leftMapped }, { MappedAddress: { } rightMapped }]) return null;

        var probe = new StunMessage { TransactionId = StunTransactionId.Create() };
        var bytes = probe.Encode();
        var heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        foreach (var socket in new[] { left, right })
        {
            socket.OnRequest(request =>
            {
                if (request.TransactionId == probe.TransactionId) heard.TrySetResult();
            });
        }

        for (var sent = 1; sent <= Patience.Requests; sent++)
        {
            await SendAsync(left, bytes, rightMapped, cancellationToken);
            await SendAsync(right, bytes, leftMapped, cancellationToken);
            try
            {
                await heard.Task.WaitAsync(Patience.PauseAfter(sent), _time, cancellationToken);
                return true;
            }
            catch (TimeoutException)
            {
                // Sent again.
            }
        }

        return false;
    }

    private static async Task SendAsync(IStunSocket socket, byte[] bytes, IPEndPoint to, CancellationToken cancellationToken)
    {
        try
        {
            await socket.SendAsync(bytes, to, cancellationToken);
        }
        catch (System.Net.Sockets.SocketException)
        {
            // A network that refuses does not hairpin.
        }
    }
}
