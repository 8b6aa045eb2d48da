using System.Text.Json;
using System.Text.Json.Serialization;
using Causeway.Cryptography.KeyFiles;
using Causeway.Tunnel.Protocol.Wire;

namespace Causeway.Tunnel.Daemon.State;

/// <summary>A machine's settings for one network, in <c>settings.json</c>. What is left out has its default: parameters have them, since the reader of JSON does not keep those of properties.</summary>
/// <param name="Device">The name of the device; a row of <c>#</c> at its end stands for the first free number.</param>
/// <param name="Mtu">The MTU of the segment in bytes, 1280 to 9000.</param>
/// <param name="Offload">Whether to use segmentation offload where the system has it.</param>
/// <param name="HeartbeatSeconds">How often members tell each other that they are there, in seconds, 5 to 300.</param>
/// <param name="RotationSeconds">How long keys are used, in seconds, 30 to 86400.</param>
public sealed partial record TunnelSettings(string Device = "chr-###", int Mtu = 1500, bool Offload = true, int HeartbeatSeconds = 30, int RotationSeconds = 300)
{
    private const int MaximumLength = 64 * 1024;

    /// <summary>Reads settings; the defaults if there is no file.</summary>
    /// <exception cref="TunnelException">The file is none of settings, or names a setting that there is not.</exception>
    public static TunnelSettings Load(string path)
    {
        try
        {
            if (!File.Exists(path)) return new TunnelSettings();
            if (new FileInfo(path).Length > MaximumLength) throw Wrong(path, "it is too long", null);
            var settings = JsonSerializer.Deserialize(File.ReadAllBytes(path), SettingsJson.Default.TunnelSettings) ?? throw Wrong(path, "it is empty", null);
            return settings.Device is null ? throw Wrong(path, "the device has no name", null) : settings;
        }
        catch (JsonException e)
        {
            throw Wrong(path, e.Message.TrimEnd('.'), e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Wrong(path, e.Message.TrimEnd('.'), e);
        }
    }

    /// <summary>Writes them.</summary>
    /// <exception cref="TunnelException">The file cannot be written.</exception>
    public void Save(string path)
    {
        try
        {
            PrivateFile.Replace(path, JsonSerializer.SerializeToUtf8Bytes(this, SettingsJson.Default.TunnelSettings));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TunnelException($"The settings '{path}' cannot be written: {e.Message.TrimEnd('.')}.", e);
        }
    }

    private static TunnelException Wrong(string path, string why, Exception? cause) => new($"The settings '{path}' cannot be used: {why}; mend the file, or delete it to have the defaults.", cause!);

    [JsonSourceGenerationOptions(
        PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, WriteIndented = true, ReadCommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true)]
    [JsonSerializable(typeof(TunnelSettings))]
    private sealed partial class SettingsJson : JsonSerializerContext;
}
