using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Causeway.Ipfs.Http;

/// <summary>The headers of responses (ipfs/specs, <c>src/http-gateways/path-gateway.md</c> and <c>trustless-gateway.md</c>, "Response Headers").</summary>
internal static class TrustlessHeaders
{
    private const int MaxNameLength = 200;

    public static Dictionary<string, string> For(TrustlessRequest request, string etag)
    {
        Dictionary<string, string> headers = new(StringComparer.OrdinalIgnoreCase)
        {
            ["ETag"] = etag,
            ["Cache-Control"] = "public, max-age=29030400, immutable",
            ["X-Ipfs-Path"] = request.RawPath,
            ["Vary"] = "Accept",
            ["Content-Type"] = request.IsCar
                ? $"{TrustlessRequestParser.CarType}; version=1; order=dfs; dups={(request.Repeats ? "y" : "n")}"
                : TrustlessRequestParser.RawType,
            ["Content-Disposition"] = Disposition(request),
            ["X-Content-Type-Options"] = "nosniff",
        };
        if (request.ContentLocation is { } location) headers["Content-Location"] = location;
        return headers;
    }

    /// <summary>One tag for each answer. Of archives a weak one: other versions of this program may put the same blocks into another order.</summary>
    public static string ETag(TrustlessRequest request)
    {
        if (!request.IsCar) return $"\"{request.Root}.raw\"";
        var rest = $"{string.Join('/', request.Path.Select(Uri.EscapeDataString))}?{request.Scope}&{request.Range}&{request.Repeats}";
        var scope = request.Scope == DagScope.All ? string.Empty : $"{request.Scope.ToString().ToLowerInvariant()}-";
        return $"W/\"{scope}{request.Root}.car.{Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(rest)).AsSpan(0, 9))}\"";
    }

    /// <summary>Whether a client's tags have this one (RFC 9110, section 13.1.2: compared weakly).</summary>
    public static bool Matches(string? ifNoneMatch, string etag) =>
        ifNoneMatch is not null && ifNoneMatch.Split(',', StringSplitOptions.TrimEntries).Any(tag => Opaque(tag) == Opaque(etag));

    /// <summary>Whether a client wants nothing that there is (RFC 9110, section 13.1.2: <c>*</c>).</summary>
    public static bool MatchesAny(string? ifNoneMatch) => ifNoneMatch?.Trim() == "*";

    private static string Opaque(string tag) => tag.StartsWith("W/", StringComparison.Ordinal) ? tag[2..] : tag;

    private static string Disposition(TrustlessRequest request)
    {
        var name = request.FileName ?? $"{request.Root}.{(request.IsCar ? "car" : "bin")}";
        if (name.Length > MaxNameLength) name = name[..MaxNameLength];
        var plain = string.Concat(name.Select(static c => c is >= ' ' and <= '~' and not '"' and not '\\' ? c : '_'));
        return plain == name ? $"attachment; filename=\"{name}\"" : $"attachment; filename=\"{plain}\"; filename*=UTF-8''{Uri.EscapeDataString(name)}";
    }
}
