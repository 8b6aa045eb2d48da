using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Streams;

namespace Causeway.Interop.Tests;

/// <summary>The protocols of <c>js/peer-program.mjs</c>, served and spoken by our host.</summary>
internal static class TestProtocols
{
    public const string Echo = "/test/echo/1.0.0";
    public const string Sink = "/test/sink/1.0.0";
    public const string Source = "/test/source/1.0.0";
    public const string Reset = "/test/reset/1.0.0";

    private static readonly ProtocolOptions Plenty = new() { MaxInboundStreamsPerPeer = 4096 };

    public static void ServeAll(IHost host)
    {
        host.Handle(Echo, async (stream, token) =>
        {
            await stream.CopyToAsync(stream, token);
            stream.CompleteWrites();
        }, Plenty);
        host.Handle(Sink, async (stream, token) =>
        {
            var (total, sha256) = await DrainAsync(stream);
            await stream.WriteAsync(Encoding.UTF8.GetBytes($$"""{"total":{{total}},"sha256":"{{sha256}}"}"""), completeWrites: true, token);
        }, Plenty);
        host.Handle(Source, async (stream, token) =>
        {
            var request = await JsonNode.ParseAsync(stream, cancellationToken: token);
            await WritePatternAsync(stream, (int)request!["total"]!, (int)request["seed"]!);
            stream.CompleteWrites();
        }, Plenty);
        host.Handle(Reset, (stream, _) =>
        {
            stream.Abort();
            return Task.CompletedTask;
        }, Plenty);
    }

    /// <summary>Writes the SHA-256 of the seed's decimal digits over and over, as <c>writePattern</c> does; returns the hash of all.</summary>
    public static async Task<string> WritePatternAsync(Stream stream, int total, int seed)
    {
        var block = SHA256.HashData(Encoding.UTF8.GetBytes(seed.ToString()));
        var chunk = new byte[65536];
        for (var i = 0; i < chunk.Length; i += block.Length) block.CopyTo(chunk, i);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var left = total; left > 0;)
        {
            var part = chunk.AsMemory(0, Math.Min(left, chunk.Length));
            hash.AppendData(part.Span);
            await stream.WriteAsync(part);
            left -= part.Length;
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public static async Task<(long Total, string Sha256)> DrainAsync(Stream stream)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[65536];
        long total = 0;
        int read;
        while ((read = await stream.ReadAsync(buffer)) > 0)
        {
            hash.AppendData(buffer.AsSpan(0, read));
            total += read;
        }

        return (total, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }
}
