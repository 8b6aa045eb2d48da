using System.IO.Pipelines;
using Causeway.Libp2p.Resources;
using Causeway.Libp2p.Security;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Libp2p.Muxing.Yamux;

/// <summary>Yamux (libp2p specs, <c>yamux/README.md</c>). Thread-safe; one instance serves any number of connections.</summary>
public sealed class YamuxProtocol : IMuxerProtocol
{
    private readonly YamuxOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;

    /// <summary>Creates it.</summary>
    /// <param name="options">Limits and timing; null for the defaults.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="loggers">Where to log; null for nowhere.</param>
    /// <exception cref="Libp2pException">An option is out of range.</exception>
    public YamuxProtocol(YamuxOptions? options = null, TimeProvider? time = null, ILoggerFactory? loggers = null)
    {
        _options = (options ?? new YamuxOptions()).Validate();
        _time = time ?? TimeProvider.System;
        _log = (loggers ?? NullLoggerFactory.Instance).CreateLogger("Causeway.Libp2p.Muxing.Yamux");
    }

    /// <inheritdoc/>
    public string Id => "/yamux/1.0.0";

    /// <inheritdoc/>
    public IMuxer Start(IDuplexPipe pipe, ConnectionRole role, IMemoryScope memory)
    {
        var muxer = new YamuxMuxer(pipe, role, memory, _options, _time, _log);
        muxer.Start();
        return muxer;
    }
}
