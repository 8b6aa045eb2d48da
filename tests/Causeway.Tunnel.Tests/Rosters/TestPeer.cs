using System.Security.Cryptography;
using Causeway.Cryptography.Hybrid;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Rosters.Entries;

namespace Causeway.Tunnel.Tests.Rosters;

/// <summary>A peer whose signatures are hashes, so that thousands of entries cost nothing. Everything but the arithmetic of signatures is the real thing.</summary>
internal sealed class TestPeer : IRosterSigner, IRosterVerifier
{
    private TestPeer(byte[] key, string name) => (Key, Name) = (new RosterKey(key), name);

    public static IRosterVerifier Verifier { get; } = new TestPeer(new byte[HybridPublicKey.Size], "verifier");

    public RosterKey Key { get; }

    public string Name { get; }

    public TunnelPeerId Id => Key.PeerId;

    public static TestPeer Create(int number, int seed = 0)
    {
        var key = new byte[HybridPublicKey.Size];
        new Random((seed * 7919) + number).NextBytes(key);
        return new TestPeer(key, $"m{number}");
    }

    public void Sign(ReadOnlySpan<byte> unsigned, Span<byte> signature) => Fill(Key, unsigned, signature);

    public bool Verify(RosterKey key, ReadOnlySpan<byte> unsigned, ReadOnlySpan<byte> signature)
    {
        Span<byte> expected = stackalloc byte[HybridPublicKey.SignatureSize];
        Fill(key, unsigned, expected);
        return signature.SequenceEqual(expected);
    }

    public override string ToString() => Name;

    private static void Fill(RosterKey key, ReadOnlySpan<byte> unsigned, Span<byte> signature)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
        hash.AppendData(key.PeerId.ToByteArray());
        hash.AppendData(unsigned);
        signature.Clear();
        hash.TryGetHashAndReset(signature, out _);
    }
}
