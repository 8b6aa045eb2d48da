using System.IO.Compression;
using System.Text.Json.Nodes;

namespace Causeway.Cryptography.Tests.PostQuantum;

/// <summary>NIST's ACVP vectors: the groups of one parameter set, each test's prompt with its expected result.</summary>
internal static class Acvp
{
    internal static IEnumerable<AcvpTest> Read(string folder, string parameterSet)
    {
        var prompts = Load(folder, "prompt");
        var results = Load(folder, "expectedResults")
            .SelectMany(group => group!["tests"]!.AsArray())
            .ToDictionary(test => (int)test!["tcId"]!, test => test!.AsObject());
        foreach (var group in prompts.Where(group => (string)group!["parameterSet"]! == parameterSet))
        {
            foreach (var test in group!["tests"]!.AsArray()) yield return new AcvpTest(group.AsObject(), test!.AsObject(), results[(int)test!["tcId"]!]);
        }
    }

    private static JsonArray Load(string folder, string name)
    {
        using var file = new GZipStream(File.OpenRead(Vectors.Locate($"acvp/{folder}/{name}.json.gz")), CompressionMode.Decompress);
        return JsonNode.Parse(file)!["testGroups"]!.AsArray();
    }
}

/// <summary>One test: its group's values, its own and its results.</summary>
internal sealed record AcvpTest(JsonObject Group, JsonObject Prompt, JsonObject Expected)
{
    internal string Text(string name) => (string)(Prompt[name] ?? Group[name])!;

    internal bool Has(string name) => Prompt.ContainsKey(name) || Group.ContainsKey(name);

    internal bool Flag(string name) => (bool)(Prompt[name] ?? Group[name])!;

    internal byte[] Bytes(string name) => Convert.FromHexString(Text(name));

    internal byte[] Result(string name) => Convert.FromHexString((string)Expected[name]!);
}
