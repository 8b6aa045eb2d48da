using System.Buffers.Binary;
using System.IO.Pipelines;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Security.Noise;

/// <summary>Drives the XX handshake over a pipe.</summary>
/// <param name="transport">The raw connection.</param>
/// <param name="state">The fresh handshake; the caller disposes it.</param>
/// <param name="payload">Our handshake payload.</param>
/// <param name="expectedPeer">Whom we mean to talk to; null accepts anyone.</param>
internal sealed class NoiseHandshake(IDuplexPipe transport, HandshakeState state, ReadOnlyMemory<byte> payload, PeerId? expectedPeer)
{
    /// <summary>The first message is the initiator's ephemeral key; its payload is neither secret nor authentic, so nobody sends one of note.</summary>
    private const int MaxFirstMessage = 1024;

    /// <summary>
    /// An identity key and its signature take at most some 2.2 KB (RSA, 8192 bits), muxers some dozens of bytes each. Staying far below Noise's
    /// 65535 keeps what a stranger can make us buffer small.
    /// </summary>
    private const int MaxMessage = 16 * 1024;

    /// <summary>The initiator's part; the last message is flushed.</summary>
    public async ValueTask<NoisePayload> InitiateAsync(CancellationToken cancellationToken)
    {
        Write(default);
        var remote = await ReadPayloadAsync(cancellationToken);
        Write(payload.Span);
        _ = await transport.Output.FlushAsync(cancellationToken);
        return remote;
    }

    /// <summary>The responder's part.</summary>
    public async ValueTask<NoisePayload> RespondAsync(CancellationToken cancellationToken)
    {
        var first = await NoiseFrame.ReadAsync(transport, MaxFirstMessage, cancellationToken);
        _ = state.ReadMessage(first, new byte[first.Length]);
        Write(payload.Span);
        return await ReadPayloadAsync(cancellationToken);
    }

    private void Write(ReadOnlySpan<byte> content)
    {
        var length = state.MessageLength(content.Length);
        var span = transport.Output.GetSpan(NoiseFrame.PrefixSize + length);
        BinaryPrimitives.WriteUInt16BigEndian(span, (ushort)length);
        _ = state.WriteMessage(content, span[NoiseFrame.PrefixSize..]);
        transport.Output.Advance(NoiseFrame.PrefixSize + length);
    }

    private async ValueTask<NoisePayload> ReadPayloadAsync(CancellationToken cancellationToken)
    {
        var message = await NoiseFrame.ReadAsync(transport, MaxMessage, cancellationToken);
        var content = new byte[message.Length];
        var length = state.ReadMessage(message, content);
        var remote = NoisePayload.Verify(content.AsSpan(0, length), state.RemoteStatic);
        if (expectedPeer is null || expectedPeer.Equals(remote.Peer)) return remote;
        throw new Libp2pException(
            Libp2pError.WrongPeer, $"Expected peer {expectedPeer}, but {remote.Peer} answered at this address; check the address, or connect without /p2p to accept anyone.");
    }
}
