using System.Security.Cryptography;
using System.Text;

namespace Causeway.Apps.Tests.Bundles;

/// <summary>Stands for a published executable: a host's mark, a manifest of files, and the runtime's configuration. It does not run.</summary>
internal static class FakeExecutable
{
    public static byte[] Create(string program = "causeway.dll", bool isSelfContained = true, int padding = 100)
    {
        var configuration = Encoding.UTF8.GetBytes(isSelfContained ? """{"runtimeOptions":{"includedFrameworks":[]}}""" : """{"runtimeOptions":{"frameworks":[]}}""");
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream, Encoding.UTF8);
        writer.Write(new byte[padding]);
        var manifest = padding + 8 + 32 + configuration.Length;
        writer.Write((long)manifest);
        writer.Write(SHA256.HashData(".net core bundle\n"u8));
        writer.Write(configuration);
        writer.Write(6);
        writer.Write(0);
        writer.Write(2);
        writer.Write("identity");
        writer.Write(0L);
        writer.Write(0L);
        writer.Write((long)(manifest - configuration.Length));
        writer.Write((long)configuration.Length);
        writer.Write(0L);
        foreach (var name in new[] { "other.dll", program })
        {
            writer.Write(0L);
            writer.Write(0L);
            writer.Write(0L);
            writer.Write((byte)1);
            writer.Write(name);
        }

        return stream.ToArray();
    }
}
