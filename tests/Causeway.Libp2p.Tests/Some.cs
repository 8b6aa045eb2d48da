using Causeway.Cryptography.Keys;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Tests;

/// <summary>Short names for what many tests need.</summary>
internal static class Some
{
    /// <summary>Long enough for a loaded machine (in a soak run, tests with millions of inputs run beside), short enough that a hanging test ends.</summary>
    public static CancellationToken Patience => new CancellationTokenSource(TimeSpan.FromSeconds(Soak.Count(60, 300))).Token;

    public static Multiaddress Address(string text) => Multiaddress.Parse(text);

    public static Multiaddress[] Addresses(params string[] texts) => [.. texts.Select(Multiaddress.Parse)];

    public static PeerId NewPeer() => PeerId.FromPublicKey(PrivateKey.Generate().PublicKey);

    public static (PrivateKey Key, PeerId Peer) NewIdentity(KeyType type = KeyType.Ed25519)
    {
        var key = PrivateKey.Generate(type);
        return (key, PeerId.FromPublicKey(key.PublicKey));
    }
}
