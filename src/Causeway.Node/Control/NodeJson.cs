using System.Text.Json.Serialization;

namespace Causeway.Node.Control;

/// <summary>How reports are written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(NodeReport))]
[JsonSerializable(typeof(IReadOnlyList<ConnectionReport>))]
[JsonSerializable(typeof(IReadOnlyList<PeerReport>))]
[JsonSerializable(typeof(PingReport))]
[JsonSerializable(typeof(ValueReport))]
[JsonSerializable(typeof(CarImportReport))]
[JsonSerializable(typeof(int))]
public sealed partial class NodeJson : JsonSerializerContext;
