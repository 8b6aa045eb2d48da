using Causeway.Hosting.Lifecycle;
using Causeway.Multiformats;

namespace Causeway.Cli.Node;

/// <summary>A file with content that is given to nobody: CIDs, or <c>/ipfs/{cid}</c>, one on a line; empty lines and what begins with <c>#</c> say nothing.</summary>
internal static class DenyFile
{
    private const string Prefix = "/ipfs/";

    /// <summary>Reads the file; null for none.</summary>
    /// <exception cref="UserErrorException">It cannot be read, or a line is no CID.</exception>
    public static IReadOnlySet<Multihash> Read(string? path)
    {
        HashSet<Multihash> denied = [];
        if (path is null) return denied;
        try
        {
            var number = 0;
            foreach (var line in File.ReadLines(path))
            {
                number++;
                var text = line.Trim();
                if (text.Length == 0 || text[0] == '#') continue;
                if (text.StartsWith(Prefix, StringComparison.Ordinal)) text = text[Prefix.Length..];
                if (!Cid.TryParse(text, out var cid)) throw new UserErrorException(ExitCode.Usage, $"'{path}', line {number}: not a CID");

                // The bytes count, whatever version or codec they are asked for with.
                denied.Add(cid.Hash);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(ExitCode.Usage, $"the file '{path}' cannot be read: {e.Message}", e);
        }

        return denied;
    }
}
