using Causeway.Libp2p;
using Causeway.Libp2p.Streams;

namespace Causeway.Ipfs.Bitswap.Wire;

/// <summary>
/// Reads messages from a peer's stream. Between two of them no buffer is held. Each gets a buffer of its own, which blocks are taken from without a copy; it
/// grows with what has arrived, not with what was promised.
/// </summary>
/// <param name="stream">Where from.</param>
/// <param name="progress">Told how many bytes arrived.</param>
internal sealed class MessageReader(Libp2pStream stream, Action<int> progress)
{
    private const int FirstAllocation = 64 << 10;
    private const int SecondAllocation = (1 << 20) + FirstAllocation;
    private const int MaxPrefix = 4;

    private readonly byte[] _prefix = new byte[1];

    /// <summary>Waits for the next message's first byte.</summary>
    /// <returns>False at the stream's end.</returns>
    public async ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => await stream.ReadAsync(_prefix, cancellationToken) > 0;

    /// <summary>Reads the length, in bytes, of the message whose first byte is here.</summary>
    /// <exception cref="Libp2pException">It is too long or cut off.</exception>
    public async ValueTask<int> ReadLengthAsync(CancellationToken cancellationToken)
    {
        var length = 0;
        for (var count = 1; ; count++)
        {
            length |= (_prefix[0] & 0x7f) << (7 * (count - 1));
            if (_prefix[0] < 0x80) break;
            if (count == MaxPrefix) throw Violation("a message is too long");
            if (await stream.ReadAsync(_prefix, cancellationToken) == 0) throw Violation("it ended within a message");
        }

        return length <= BitswapLimits.MaxMessageLength ? length : throw Violation($"a message of {length} bytes is too long; {BitswapLimits.MaxMessageLength} are allowed");
    }

    /// <summary>Reads the message whose length is known.</summary>
    /// <param name="length">The length.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="Libp2pException">It is cut off or malformed.</exception>
    public async ValueTask<BitswapMessage> ReadAsync(int length, CancellationToken cancellationToken)
    {
        var body = GC.AllocateUninitializedArray<byte>(Math.Min(length, FirstAllocation));
        for (var filled = 0; filled < length;)
        {
            if (filled == body.Length) Array.Resize(ref body, Math.Min(length, filled == FirstAllocation ? SecondAllocation : BitswapLimits.MaxMessageLength));
            var read = await stream.ReadAsync(body.AsMemory(filled), cancellationToken);
            if (read == 0) throw Violation("it ended within a message");
            filled += read;
            progress(read);
        }

        return BitswapDecoder.TryDecode(body, out var message) ? message : throw Violation("a message is malformed");
    }

    private Libp2pException Violation(string what) => new(Libp2pError.ProtocolViolation, $"The Bitswap stream of {stream.Connection.RemotePeer} is malformed: {what}.");
}
