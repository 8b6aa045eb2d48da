using Causeway.Libp2p.Connections;
using Causeway.Libp2p.Muxing;

namespace Causeway.Libp2p.Streams;

/// <summary>A stream that speaks one protocol with one peer: a <see cref="MuxedStream"/> that knows what it is for.</summary>
public abstract class Libp2pStream : MuxedStream
{
    /// <summary>The protocol that both ends agreed on (or, on a lazily negotiated stream, the only one proposed).</summary>
    public abstract string Protocol { get; }

    /// <summary>The connection that carries it.</summary>
    public abstract IConnection Connection { get; }
}

/// <summary>Serves one inbound stream. When it returns the stream is disposed; when it throws the stream is reset and the error is logged.</summary>
public delegate Task StreamHandler(Libp2pStream stream, CancellationToken cancellationToken);
