using System.Text.Json.Serialization;

namespace Causeway.Cli.Apps;

/// <summary>A bundle, for programs.</summary>
internal sealed record BundleReport(string Bundle, long ExecutableBytes, IReadOnlyList<BundleFileReport> Files);

/// <summary>A file of a bundle.</summary>
internal sealed record BundleFileReport(string Path, long Bytes, string Sha256);

/// <summary>An app that runs.</summary>
internal sealed record AppReport(int ProcessId, string Name, Uri Address, string Site, DateTimeOffset Started, IReadOnlyList<string> CommandLine);

/// <summary>The reports as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(BundleReport))]
[JsonSerializable(typeof(IReadOnlyList<AppReport>))]
internal sealed partial class AppJson : JsonSerializerContext;
