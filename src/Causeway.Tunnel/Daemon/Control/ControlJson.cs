using System.Text.Json.Serialization;

namespace Causeway.Tunnel.Daemon.Control;

/// <summary>How the control socket writes what it says.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(TunnelStatus))]
[JsonSerializable(typeof(IReadOnlyList<PeerReport>))]
[JsonSerializable(typeof(PingReport))]
[JsonSerializable(typeof(InvitationRequest))]
[JsonSerializable(typeof(InvitationReport))]
[JsonSerializable(typeof(IReadOnlyList<InvitationReport>))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(PeerChange))]
public sealed partial class ControlJson : JsonSerializerContext;
