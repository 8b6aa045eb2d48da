using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Causeway.Cryptography.Tests.PostQuantum;

/// <summary>npm's @noble/post-quantum in a Node.js process (<c>js/peer.mjs</c>): an implementation of FIPS 203 and 204 that shares nothing with ours.</summary>
internal static class NoblePeer
{
    /// <summary>Runs requests in one process and returns their results in order.</summary>
    internal static async Task<IReadOnlyList<JsonObject>> AskAsync(IEnumerable<JsonObject> requests)
    {
        var folder = Folder();
        if (!Directory.Exists(Path.Combine(folder, "node_modules")))
            Requirement.Missing("@noble/post-quantum (run ./test, which installs it, or 'npm ci' in tests/Causeway.Cryptography.Tests/js)");
        using var process = Start(folder);
        var reading = process.StandardOutput.ReadToEndAsync();
        await process.StandardInput.WriteAsync(new JsonArray([.. requests]).ToJsonString());
        process.StandardInput.Close();
        var output = await reading;
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
        return [.. JsonNode.Parse(output)!.AsArray().Select(result => result!.AsObject())];
    }

    internal static byte[] Bytes(this JsonObject result, string name) => Convert.FromHexString((string)result[name]!);

    private static Process Start(string folder)
    {
        var start = new ProcessStartInfo("node")
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            ArgumentList = { "peer.mjs" },
        };
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            Requirement.Missing("node (install Node.js 20 or newer)");
            throw;
        }
    }

    private static string Folder()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Causeway.Cryptography.Tests.csproj"))) directory = directory.Parent;
        return Path.Combine(directory?.FullName ?? throw new DirectoryNotFoundException("The tests do not run below their project's folder."), "js");
    }
}
