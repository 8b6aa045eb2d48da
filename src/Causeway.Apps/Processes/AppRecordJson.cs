using System.Text.Json.Serialization;

namespace Causeway.Apps.Processes;

/// <summary>Records as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(AppRecord))]
internal sealed partial class AppRecordJson : JsonSerializerContext;
