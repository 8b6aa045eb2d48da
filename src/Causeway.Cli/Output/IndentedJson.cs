using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Causeway.Tunnel.Daemon.Control;

namespace Causeway.Cli.Tunnel.Output;

/// <summary>Reports as JSON for scripts and for eyes.</summary>
internal static class IndentedJson
{
    // What is escaped no more than JSON demands is still safe: terminals get no control characters.
    private static readonly ControlJson Context = new(new JsonSerializerOptions(ControlJson.Default.Options) { WriteIndented = true, Encoder = JavaScriptEncoder.Default });

    /// <summary>The text of a report.</summary>
    public static string Of<T>(T value) => JsonSerializer.Serialize(value, (JsonTypeInfo<T>)Context.GetTypeInfo(typeof(T))!);
}
