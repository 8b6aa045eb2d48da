using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Causeway.Cryptography.KeyFiles;
using Causeway.Tunnel.Protocol.Handshakes.Guarding;

namespace Causeway.Tunnel.Invitations;

/// <summary>The file of pending invitations: JSON, mode 0600, replaced as a whole.</summary>
internal sealed partial class InvitationFile
{
    private const int Version = 1;
    private const int MaximumLength = 1 << 20;

    public required int Format { get; init; }

    public required IReadOnlyList<StoredInvitation> Invitations { get; init; }

    /// <summary>The invitations in a file; none if it is not there.</summary>
    public static IReadOnlyList<StoredInvitation> Read(string path)
    {
        byte[] content = [];
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            if (PrivateFile.IsOpenToOthers(stream)) throw new InvitationException($"{path}: Others than its owner may open the invitations; run 'chmod 600' on it, and revoke them if somebody may have read them.");
            if (stream.Length > MaximumLength) throw Damaged(path);
            content = new byte[stream.Length];
            stream.ReadExactly(content);
            var file = JsonSerializer.Deserialize(content, Json.Default.InvitationFile);
            if (file is not { Format: Version } || file.Invitations.Any(i => i.Id.Length != 2 * InvitationProof.IdSize || i.Key.Length != InvitationProof.KeySize)) throw Damaged(path);
            return file.Invitations;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return [];
        }
        catch (JsonException e)
        {
            throw Damaged(path, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvitationException($"{path}: The invitations cannot be read: {e.Message}", e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
        }
    }

    /// <summary>Writes a file; when this returns, it is on the disk.</summary>
    public static void Write(string path, IReadOnlyList<StoredInvitation> invitations)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(new InvitationFile { Format = Version, Invitations = invitations }, Json.Default.InvitationFile);
        try
        {
            PrivateFile.Replace(path, content);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvitationException($"{path}: The invitations cannot be written: {e.Message}", e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
        }
    }

    private static InvitationException Damaged(string path, Exception? cause = null) =>
        new($"{path}: The file of invitations is damaged; delete it and make new ones.", cause!);

    [JsonSourceGenerationOptions(UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
    [JsonSerializable(typeof(InvitationFile))]
    private sealed partial class Json : JsonSerializerContext;
}
