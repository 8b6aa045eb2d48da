using System.Text.Json.Serialization;

namespace Causeway.Hosting.Control;

/// <summary>How a <see cref="ControlProblem"/> is written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ControlProblem))]
public sealed partial class ControlProblemJson : JsonSerializerContext;
