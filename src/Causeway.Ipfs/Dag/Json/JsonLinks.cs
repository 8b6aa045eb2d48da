using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Dag.Json;

/// <summary>Finds the links of a DAG-JSON block among its tokens, without building values.</summary>
internal static class JsonLinks
{
    public static bool TryFind(ReadOnlySpan<byte> data, [NotNullWhen(true)] out List<Cid>? links, [NotNullWhen(false)] out string? problem)
    {
        List<Cid> found = [];
        links = null;
        problem = null;
        try
        {
            var reader = new Utf8JsonReader(data, new JsonReaderOptions { MaxDepth = IpldValue.MaxDepth + 2 });
            var step = 0;
            while (reader.Read())
            {
                // A link is '{', the mark, a text, '}', in that order.
                switch (step)
                {
                    case 1 when reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("/"u8):
                        step = 2;
                        continue;
                    case 2 when reader.TokenType == JsonTokenType.String:
                        if (!JsonForms.TryReadLink(reader.GetString()!, out var cid)) return Fail("a link is no CID", out problem);
                        if (!reader.Read() || reader.TokenType != JsonTokenType.EndObject) return Fail("a link has a second key", out problem);
                        if (found.Count == DagLinks.MaxLinks) return Fail($"more than {DagLinks.MaxLinks} links", out problem);
                        found.Add(cid);
                        step = 0;
                        continue;
                    default:
                        step = reader.TokenType == JsonTokenType.StartObject ? 1 : 0;
                        continue;
                }
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return Fail(error.Message.TrimEnd('.'), out problem);
        }

        links = found;
        return true;
    }

    private static bool Fail(string reason, out string problem)
    {
        problem = reason;
        return false;
    }
}
