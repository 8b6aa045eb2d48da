using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Causeway.Cli.Output;

/// <summary>Reports as JSON for scripts and for eyes.</summary>
internal static class IndentedJson
{
    /// <summary>The text of a report. What is escaped no more than JSON demands is still safe: terminals get no control characters.</summary>
    public static string Of<T>(T value, JsonTypeInfo<T> type)
    {
        var options = new JsonSerializerOptions(type.Options) { WriteIndented = true, Encoder = JavaScriptEncoder.Default };
        return JsonSerializer.Serialize(value, (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T)));
    }
}
