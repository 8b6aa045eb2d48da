using System.Runtime.CompilerServices;
using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.Car;
using Causeway.Ipfs.Dag;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Http;

/// <summary>
/// Gives away blocks and archives that clients check themselves (ipfs/specs, <c>src/http-gateways/trustless-gateway.md</c>), without a web server around it. By itself it has what the store
/// has, and fetches nothing for strangers.
/// </summary>
/// <param name="store">The blocks.</param>
/// <param name="options">What is given away.</param>
/// <param name="fetch">
/// Makes a source that gets blocks from others, too, for a root; null to fetch nothing. A source that is <see cref="IAsyncDisposable"/> is disposed after the request.
/// </param>
/// <param name="time">The clock; null for the system's.</param>
public sealed class TrustlessGateway(IBlockStore store, TrustlessGatewayOptions? options = null, Func<Cid, IBlockSource>? fetch = null, TimeProvider? time = null)
{
    // Of one request; a balanced tree needs a few thousand, and a folder in one block has 65 536 at most.
    private const int MaxWaiting = 1 << 17;

    private readonly TrustlessGatewayOptions _options = Validate(options ?? new TrustlessGatewayOptions());
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>Answers a request.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="isHead">Whether the headers will do.</param>
    /// <param name="ifNoneMatch">The header of that name, or null.</param>
    /// <param name="onlyIfCached">Whether nothing is to be fetched for it.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <exception cref="TrustlessRefusal">400, 404, 410, 412 or 504, with the reason.</exception>
    /// <exception cref="IpfsException">The store failed, or what it has is broken.</exception>
    public async Task<TrustlessResponse> AnswerAsync(
        TrustlessRequest request, bool isHead = false, string? ifNoneMatch = null, bool onlyIfCached = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (_options.IsDenied?.Invoke(request.Root) == true) throw new TrustlessRefusal(410, $"{request.Root} is not served here.");
        var etag = TrustlessHeaders.ETag(request);
        var headers = TrustlessHeaders.For(request, etag);
        if (TrustlessHeaders.Matches(ifNoneMatch, etag)) return new TrustlessResponse(304, headers);

        // Whether there is something must be known first; its headers will do.
        var isAny = TrustlessHeaders.MatchesAny(ifNoneMatch);
        isHead |= isAny;
        var transfer = await BeginAsync(request, onlyIfCached, cancellationToken);
        try
        {
            var response = request.IsCar ? await CarAsync(request, headers, isHead, transfer, cancellationToken) : await RawAsync(request, headers, isHead, transfer, cancellationToken);
            return isAny ? new TrustlessResponse(304, response.Headers, null, transfer) : response;
        }
        catch
        {
            await transfer.DisposeAsync();
            throw;
        }
    }

    private static TrustlessGatewayOptions Validate(TrustlessGatewayOptions options)
    {
        options.Validate();
        return options;
    }

    private async Task<GatewayTransfer> BeginAsync(TrustlessRequest request, bool onlyIfCached, CancellationToken cancellationToken)
    {
        var hold = await store.HoldAsync(cancellationToken);
        try
        {
            if (onlyIfCached && !await store.HasAsync(request.Root, cancellationToken)) throw new TrustlessRefusal(412, $"{request.Root} is not here.");
            if (onlyIfCached) return new GatewayTransfer(new GuardedSource(store, _options, _time), 412, hold, null);
            if (fetch is null) return new GatewayTransfer(new GuardedSource(store, _options, _time), 404, hold, null);
            var source = fetch(request.Root);
            return new GatewayTransfer(new GuardedSource(source, _options, _time), 504, hold, source as IAsyncDisposable);
        }
        catch
        {
            await hold.DisposeAsync();
            throw;
        }
    }

    private async Task<TrustlessResponse> RawAsync(TrustlessRequest request, Dictionary<string, string> headers, bool isHead, GatewayTransfer transfer, CancellationToken cancellationToken)
    {
        headers["X-Ipfs-Roots"] = request.Root.ToString();
        if (isHead && await store.LengthOfAsync(request.Root, cancellationToken) is { } length) return new TrustlessResponse(200, headers, null, transfer) { Length = length };
        var data = await InTimeAsync(request.Root, transfer.Missing, token => transfer.Source.GetAsync(request.Root, token).AsTask(), cancellationToken);
        return new TrustlessResponse(200, headers, isHead ? null : (body, token) => body.WriteAsync(data, token).AsTask(), transfer) { Length = data.Length };
    }

    private async Task<TrustlessResponse> CarAsync(TrustlessRequest request, Dictionary<string, string> headers, bool isHead, GatewayTransfer transfer, CancellationToken cancellationToken)
    {
        // Where the path ends must be known before the first byte, and that its last block is here: afterwards no status code can say otherwise.
        var path = await InTimeAsync(
            request.Root,
            transfer.Missing,
            async token =>
            {
                var resolved = await new PathResolver(transfer.Source).ResolveAsync(request.Root, request.Path, token);
                if (!await HasAsync(resolved.End, token)) await transfer.Source.GetAsync(resolved.End, token);
                return resolved;
            },
            cancellationToken);
        if (path.Roots.FirstOrDefault(root => _options.IsDenied?.Invoke(root) == true) is { } denied) throw new TrustlessRefusal(410, $"{denied} is not served here.");
        headers["X-Ipfs-Roots"] = string.Join(',', path.Roots);
        return new TrustlessResponse(200, headers, isHead ? null : (body, token) => WriteInTimeAsync(body, request, path, transfer.Source, token), transfer);
    }

    private async Task WriteInTimeAsync(Stream body, TrustlessRequest request, ResolvedPath path, IBlockSource source, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_options.MaxDuration, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await WriteCarAsync(body, request, path, source, both.Token);
        }
        catch (OperationCanceledException error) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new IpfsException(IpfsError.TooLarge, $"The archive of {request.Root} was not read within {_options.MaxDuration}.", error);
        }
    }

    private async Task WriteCarAsync(Stream body, TrustlessRequest request, ResolvedPath path, IBlockSource source, CancellationToken cancellationToken)
    {
        var writer = await CarWriter.CreateAsync(body, [path.End], CarVersion.V1, cancellationToken);
        var length = 0L;
        foreach (var cid in path.Blocks)
            if (cid.Hash.Code != MultihashCode.Identity) await WriteAsync(new Block(cid, await source.GetAsync(cid, cancellationToken)));
        await foreach (var block in BlocksOf(request, path.End, source).WithCancellation(cancellationToken)) await WriteAsync(block);
        await writer.FinishAsync(cancellationToken);

        async ValueTask WriteAsync(Block block)
        {
            length += block.Data.Length;
            if (length > _options.MaxCarLength) throw new IpfsException(IpfsError.TooLarge, $"The archive of {request.Root} has more than {_options.MaxCarLength} bytes.");
            await writer.WriteAsync(block, cancellationToken);
        }
    }

    private static IAsyncEnumerable<Block> BlocksOf(TrustlessRequest request, Cid end, IBlockSource source)
    {
        var walk = new DagWalkOptions { Repeats = request.Repeats, TakesUnknownAsLeaves = true, MaxWaiting = MaxWaiting };
        return request.Scope switch
        {
            DagScope.All => new DagWalk(source, walk).RunAsync([end]),
            DagScope.Entity => new EntityWalk(source, walk, request.Range).RunAsync(end, default),
            _ => OneAsync(source, end),
        };
    }

    private static async IAsyncEnumerable<Block> OneAsync(IBlockSource source, Cid cid, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (cid.Hash.Code != MultihashCode.Identity) yield return new Block(cid, await source.GetAsync(cid, cancellationToken));
    }

    private async Task<bool> HasAsync(Cid cid, CancellationToken cancellationToken) => _options.IsDenied is null && await store.HasAsync(cid, cancellationToken);

    /// <summary>Does what comes before the first byte, and says with a status code what went wrong.</summary>
    private async Task<T> InTimeAsync<T>(Cid root, int missing, Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_options.FirstBlockTimeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await work(both.Token);
        }
        catch (OperationCanceledException error) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TrustlessRefusal(504, $"Nobody gave the blocks of {root} in time; try again later.", error);
        }
        catch (IpfsException error) when (error.Error == IpfsError.BlockNotFound)
        {
            throw new TrustlessRefusal(missing, error.Message, error);
        }
        catch (IpfsException error) when (error.Error is IpfsError.Malformed or IpfsError.TooLarge)
        {
            throw new TrustlessRefusal(404, $"The path cannot be followed: {error.Message}", error);
        }
    }
}
