using System.Buffers;
using System.IO.Pipelines;
using Causeway.Cryptography.Keys;
using Causeway.Libp2p.Security;
using Causeway.Libp2p.Security.Noise;
using Causeway.Libp2p.Tests.Support;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Tests.Security;

/// <summary>Handshakes and channels between two ends in memory.</summary>
internal static class NoiseChannels
{
    public static PrivateKey AliceKey { get; } = PrivateKey.Generate();

    public static PrivateKey BobKey { get; } = PrivateKey.Generate();

    public static PeerId Bob { get; } = PeerId.FromPublicKey(BobKey.PublicKey);

    public static NoiseSecurity AliceNoise { get; } = new(AliceKey);

    public static NoiseSecurity BobNoise { get; } = new(BobKey);

    public static async Task<(SecureChannel Alice, SecureChannel Bob)> HandshakeAsync(
        (DuplexPipe A, DuplexPipe B)? pipes = null, PeerId? expected = null, string[]? aliceMuxers = null, string[]? bobMuxers = null)
    {
        var (a, b) = pipes ?? DuplexPipe.CreatePair();
        var token = TestContext.Current.CancellationToken;
        var bob = BobNoise.SecureAsync(b, ConnectionRole.Responder, null, bobMuxers ?? [], token).AsTask();
        var alice = AliceNoise.SecureAsync(a, ConnectionRole.Initiator, expected, aliceMuxers ?? [], token).AsTask();
        try
        {
            return (await alice, await bob);
        }
        catch (Exception e)
        {
            // What the driver of a connection does on failure: the other end sees a closed connection.
            await a.Output.CompleteAsync(e);
            await b.Output.CompleteAsync(e);
            await Task.WhenAny(bob);
            throw;
        }
    }

    /// <summary>Two directions' ciphers without a handshake; equal keys on both sides.</summary>
    public static (CipherState Send, CipherState Receive) Ciphers()
    {
        var (send, receive) = (new CipherState(), new CipherState());
        send.InitializeKey(new byte[32]);
        receive.InitializeKey(new byte[32]);
        return (send, receive);
    }

    public static async Task<byte[]> ReadExactlyAsync(PipeReader reader, int count)
    {
        var result = await reader.ReadAtLeastAsync(count, TestContext.Current.CancellationToken);
        Assert.True(result.Buffer.Length >= count, $"The pipe ended after {result.Buffer.Length} of {count} bytes.");
        var bytes = result.Buffer.Slice(0, count).ToArray();
        reader.AdvanceTo(result.Buffer.GetPosition(count));
        return bytes;
    }
}
