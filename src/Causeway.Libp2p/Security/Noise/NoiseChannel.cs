using System.IO.Pipelines;

namespace Causeway.Libp2p.Security.Noise;

/// <summary>The plaintext side of a Noise connection. Completing a side completes the transport's and zeroes that direction's key.</summary>
internal sealed class NoiseChannel(IDuplexPipe transport, CipherState send, CipherState receive) : IDuplexPipe
{
    /// <inheritdoc/>
    public PipeReader Input { get; } = new NoiseReader(transport.Input, receive);

    /// <inheritdoc/>
    public PipeWriter Output { get; } = new NoiseWriter(transport.Output, send);
}
