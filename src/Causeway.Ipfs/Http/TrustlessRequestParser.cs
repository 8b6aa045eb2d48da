using Causeway.Ipfs.Blocks;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Http;

/// <summary>Reads requests (ipfs/specs, <c>src/http-gateways/trustless-gateway.md</c>, "HTTP Request").</summary>
public static class TrustlessRequestParser
{
    /// <summary>What every path begins with.</summary>
    public const string Prefix = "/ipfs/";

    internal const string RawType = "application/vnd.ipld.raw";
    internal const string CarType = "application/vnd.ipld.car";

    private const int MaxSegments = 256;

    /// <summary>Reads a request.</summary>
    /// <param name="rawPath">The path with its escapes.</param>
    /// <param name="query">The value of a parameter of the query, or null.</param>
    /// <param name="accept">The Accept header, or null.</param>
    /// <exception cref="TrustlessRefusal">400 or 406, with the reason.</exception>
    public static TrustlessRequest Parse(string rawPath, Func<string, string?> query, string? accept)
    {
        ArgumentNullException.ThrowIfNull(rawPath);
        ArgumentNullException.ThrowIfNull(query);
        if (!rawPath.StartsWith(Prefix, StringComparison.Ordinal)) throw new TrustlessRefusal(404, "Content is under /ipfs/{cid}.");
        if (rawPath.AsSpan().ContainsAnyExceptInRange('!', '~')) throw new TrustlessRefusal(400, "The path has characters that must be escaped.");
        var segments = rawPath[Prefix.Length..].Split('/', MaxSegments + 2, StringSplitOptions.RemoveEmptyEntries);
        if (segments.Length > MaxSegments) throw new TrustlessRefusal(400, $"The path has more than {MaxSegments} names.");
        if (segments.Length == 0 || !Cid.TryParse(segments[0], out var root)) throw new TrustlessRefusal(400, "The path does not begin with a CID; ask for /ipfs/{cid}.");
        if (!Block.CanVerify(root)) throw new TrustlessRefusal(400, $"The CID has the hash {root.Hash.Code.Name()} of {root.Hash.Digest.Length} bytes, which is not accepted here.");
        var request = new TrustlessRequest
        {
            Root = root,
            Path = [.. segments.Skip(1).Select(Uri.UnescapeDataString)],
            RawPath = rawPath,
            FileName = query("filename") is { Length: > 0 } name ? name : null,
        };
        return query("format") is { } format ? WithFormat(request, format, query, accept) : Negotiate(request, query, accept);
    }

    private static TrustlessRequest WithFormat(TrustlessRequest request, string format, Func<string, string?> query, string? accept)
    {
        switch (format)
        {
            case "raw":
                return AsRaw(request);
            case "car":
                // The header may say which kind of archive, where the URL does not; one that cannot be made here counts only if nothing else was asked for.
                var types = AcceptHeader.Parse(accept).Where(static type => type.Name == CarType).ToArray();
                return AsCar(request, query, types.FirstOrDefault(IsPossible) ?? types.FirstOrDefault());
            case "ipns-record":
                throw new TrustlessRefusal(400, "IPNS records are under /ipns/{key}, and not served here.");
            default:
                throw new TrustlessRefusal(406, "Only what can be verified is served here; ask for format=raw or format=car.");
        }
    }

    private static TrustlessRequest Negotiate(TrustlessRequest request, Func<string, string?> query, string? accept)
    {
        var types = AcceptHeader.Parse(accept).ToArray();
        foreach (var type in types)
        {
            if (type.Name == RawType) return AsRaw(request) with { ContentLocation = $"{request.RawPath}?format=raw" };
            if (type.Name == CarType && IsPossible(type))
            {
                var car = AsCar(request, query, type);
                return car with { ContentLocation = LocationOf(car) };
            }
        }

        if (types.Any(static type => type.Name == CarType)) throw new TrustlessRefusal(406, "Archives are made of version 1, with order=dfs or unk, and dups=y or n.");
        throw types.All(static type => type.Name == "*/*")
            ? new TrustlessRefusal(400, "Say what is wanted: add ?format=raw (one block) or ?format=car (an archive).")
            : new TrustlessRefusal(406, "Only what can be verified is served here; ask for format=raw or format=car.");
    }

    private static TrustlessRequest AsRaw(TrustlessRequest request) =>
        request.Path.Count == 0 ? request : throw new TrustlessRefusal(400, "Blocks are had by their CID alone; ask for format=car to follow a path.");

    private static TrustlessRequest AsCar(TrustlessRequest request, Func<string, string?> query, AcceptHeader.MediaType? type)
    {
        var version = query("car-version") ?? Parameter(type, "version");
        var order = query("car-order") ?? Parameter(type, "order");
        var dups = query("car-dups") ?? Parameter(type, "dups");
        if (!IsPossible(version, order, dups)) throw new TrustlessRefusal(406, "Archives are made of version 1, with order=dfs or unk, and dups=y or n.");
        EntityRange? range = null;
        if (query("entity-bytes") is { } bytes)
            range = EntityRange.TryParse(bytes, out var read) ? read : throw new TrustlessRefusal(400, "entity-bytes takes from:to, two numbers; to may be *.");
        var scope = query("dag-scope") switch
        {
            null or "" or "all" => DagScope.All,
            "entity" => DagScope.Entity,
            "block" => DagScope.Block,
            _ => throw new TrustlessRefusal(400, "dag-scope takes block, entity or all."),
        };
        return request with { IsCar = true, Scope = range is null ? scope : DagScope.Entity, Range = range, Repeats = dups == "y" };
    }

    private static bool IsPossible(AcceptHeader.MediaType type) => IsPossible(Parameter(type, "version"), Parameter(type, "order"), Parameter(type, "dups"));

    private static bool IsPossible(string? version, string? order, string? dups) => version is null or "" or "1" && order is null or "" or "dfs" or "unk" && dups is null or "" or "y" or "n";

    private static string? Parameter(AcceptHeader.MediaType? type, string name) => type?.Parameters.GetValueOrDefault(name);

    private static string LocationOf(TrustlessRequest request)
    {
        var scope = request.Range is { } range ? $"&entity-bytes={range}" : request.Scope == DagScope.All ? string.Empty : $"&dag-scope={request.Scope.ToString().ToLowerInvariant()}";
        return $"{request.RawPath}?format=car{scope}&car-version=1&car-order=dfs&car-dups={(request.Repeats ? "y" : "n")}";
    }
}
