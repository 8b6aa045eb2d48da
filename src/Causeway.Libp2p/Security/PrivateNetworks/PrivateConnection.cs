using System.IO.Pipelines;
using Causeway.Cryptography.Secrets;
using Causeway.Cryptography.Streams;
using Causeway.Libp2p.Transports;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Security.PrivateNetworks;

/// <summary>
/// A raw connection within a private network (libp2p specs, <c>pnet/Private-Networks-PSK-V1.md</c>): each direction begins with a nonce of 24 bytes, after which
/// everything is encrypted with XSalsa20. Whoever has another key, or none, sees and says noise, and the negotiation that follows fails.
/// </summary>
internal sealed class PrivateConnection : TransportConnection
{
    private readonly TransportConnection _inner;

    private PrivateConnection(TransportConnection inner, PreSharedKey key, XSalsa20 sending)
    {
        _inner = inner;
        Input = new PrivatePipeReader(inner.Input, key);
        Output = new PrivatePipeWriter(inner.Output, sending);
    }

    public override Multiaddress LocalAddress => _inner.LocalAddress;

    public override Multiaddress RemoteAddress => _inner.RemoteAddress;

    public override bool IsLimited => _inner.IsLimited;

    public override PipeReader Input { get; }

    public override PipeWriter Output { get; }

    /// <summary>Protects a connection that has carried nothing yet. The nonce leaves at once: js-libp2p waits for it before it says anything, go-libp2p does not.</summary>
    public static async ValueTask<PrivateConnection> ProtectAsync(
        TransportConnection connection, PreSharedKey key, RandomSource random, CancellationToken cancellationToken)
    {
        var nonce = new byte[XSalsa20.NonceSize];
        random.Fill(nonce);
        await connection.Output.WriteAsync(nonce, cancellationToken);
        return new PrivateConnection(connection, key, key.CreateCipher(nonce));
    }

    public override void Abort() => _inner.Abort();

    public override ValueTask DisposeAsync() => _inner.DisposeAsync();
}
