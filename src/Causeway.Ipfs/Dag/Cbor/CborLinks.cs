using System.Diagnostics.CodeAnalysis;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Dag.Cbor;

/// <summary>
/// Finds the links of a DAG-CBOR block in one pass, without building values or a stack. Older and looser writers are read, too: order and uniqueness of keys, UTF-8 and shortest
/// forms make no difference to where a block's links lead.
/// </summary>
internal static class CborLinks
{
    public static bool TryFind(ReadOnlySpan<byte> data, [NotNullWhen(true)] out List<Cid>? links, [NotNullWhen(false)] out string? problem)
    {
        links = [];
        var reader = new CborReader(data, isStrict: false);
        while (!reader.IsComplete)
        {
            if (!reader.TryReadHead(out var major, out var argument, out _)) break;
            if (major is CborMajor.Bytes or CborMajor.Text) reader.Take(argument);
            if (major != CborMajor.Tag) continue;
            if (!reader.TryReadLink(out var cid) || (links.Count == DagLinks.MaxLinks && !reader.Fail($"more than {DagLinks.MaxLinks} links"))) break;
            links.Add(cid!);
        }

        problem = reader.Problem ?? (reader.Position == data.Length ? null : "something follows the value");
        if (problem is not null) links = null;
        return problem is null;
    }
}
