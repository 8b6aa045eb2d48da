using Causeway.Cryptography.Keys;

namespace Causeway.Lab.Peer;

/// <summary>The identity of the machine's host, which outlives the process.</summary>
internal static class PeerKey
{
    /// <summary>The one in the machine's home, made when there is none.</summary>
    public static PrivateKey Load()
    {
        var path = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), "peer.key");
        if (File.Exists(path)) return PrivateKey.FromProtobuf(File.ReadAllBytes(path));
        var key = PrivateKey.Generate();
        File.WriteAllBytes(path, key.ToProtobuf());
        return key;
    }
}
