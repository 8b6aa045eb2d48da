using System.Security.Cryptography;
using Causeway.Libp2p.AutoNat.Wire;
using Causeway.Libp2p.Connections;
using Causeway.Libp2p.Security;
using Causeway.Libp2p.Streams;
using Causeway.Multiformats;
using Google.Protobuf;
using Microsoft.Extensions.Logging;

namespace Causeway.Libp2p.AutoNat.Client;

/// <summary>Asks servers of version 2, and takes the nonces that they bring to the addresses that they dial.</summary>
internal sealed class AutoNatV2Client(AutoNatOptions options, TimeProvider time, ILogger log)
{
    private static readonly string[] Protocols = [AutoNatProtocol.DialRequest];
    private static readonly ByteString Chunk = ByteString.CopyFrom(new byte[AutoNatProtocol.DataChunk]);

    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, TaskCompletionSource<Multiaddress>> _expected = [];

    /// <summary>Asks a server to dial the first of the addresses that it can.</summary>
    /// <exception cref="Libp2pException">It did not answer as it should, or lied.</exception>
    public async Task<ProbeResult> ProbeAsync(IConnection server, IReadOnlyList<Multiaddress> addresses, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.RequestTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var (nonce, dialed) = Expect();
        try
        {
            await using var stream = await server.OpenStreamAsync(Protocols, either.Token);
            try
            {
                var response = await AskAsync(stream, addresses, nonce, either.Token);
                return await JudgeAsync(response, addresses, dialed, either.Token);
            }
            catch
            {
                stream.Abort();
                throw;
            }
        }
        finally
        {
            lock (_lock) _expected.Remove(nonce);
        }
    }

    /// <summary>Serves the stream that a server opens on the connection that it has dialed.</summary>
    public async Task ReceiveAsync(Libp2pStream stream, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(AutoNatProtocol.DialBackTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var nonce = (await DelimitedMessages.ReadAsync(stream, DialBack.Parser, AutoNatProtocol.MaxMessage, either.Token)).Nonce;
        TaskCompletionSource<Multiaddress>? expected;
        lock (_lock) _expected.Remove(nonce, out expected);

        // On a connection that we opened, or that goes through a relay, a nonce proves nothing.
        if (expected is null || stream.Connection.Role != ConnectionRole.Responder || stream.Connection.IsRelayed)
        {
            log.UnknownNonce(stream.Connection.RemotePeer);
            stream.Abort();
            return;
        }

        expected.TrySetResult(stream.Connection.LocalAddress);
        await DelimitedMessages.WriteAsync(stream, new DialBackResponse(), completeWrites: true, either.Token);
    }

    private (ulong Nonce, TaskCompletionSource<Multiaddress> Dialed) Expect()
    {
        // Whoever could guess it could lie about having dialed.
        var nonce = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
        var dialed = new TaskCompletionSource<Multiaddress>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock) _expected[nonce] = dialed;
        return (nonce, dialed);
    }

    private static async Task<DialResponse> AskAsync(Libp2pStream stream, IReadOnlyList<Multiaddress> addresses, ulong nonce, CancellationToken cancellationToken)
    {
        var request = new DialRequest { Nonce = nonce };
        request.Addrs.AddRange(addresses.Select(static address => ByteString.CopyFrom(address.Bytes.Span)));
        await DelimitedMessages.WriteAsync(stream, new DialMessage { DialRequest = request }, completeWrites: false, cancellationToken);
        var answer = await DelimitedMessages.ReadAsync(stream, DialMessage.Parser, AutoNatProtocol.MaxMessage, cancellationToken);
        if (answer.DialDataRequest is { } wanted)
        {
            await SendDataAsync(stream, wanted, addresses.Count, cancellationToken);
            answer = await DelimitedMessages.ReadAsync(stream, DialMessage.Parser, AutoNatProtocol.MaxMessage, cancellationToken);
        }

        stream.CompleteWrites();
        return answer.DialResponse ?? throw Violation("something that is no response");
    }

    private static async Task SendDataAsync(Libp2pStream stream, DialDataRequest wanted, int addresses, CancellationToken cancellationToken)
    {
        if (wanted.AddrIdx >= addresses) throw Violation("an address that was not asked about");
        if (wanted.NumBytes > AutoNatProtocol.MaxDialData) throw Violation("a wish for more data than a dial can cost");
        var message = DelimitedMessages.Encode(new DialMessage { DialDataResponse = new DialDataResponse { Data = Chunk } });
        for (var left = (long)wanted.NumBytes; left > 0; left -= AutoNatProtocol.DataChunk) await stream.WriteAsync(message, cancellationToken);
    }

    private async Task<ProbeResult> JudgeAsync(
        DialResponse response, IReadOnlyList<Multiaddress> addresses, TaskCompletionSource<Multiaddress> dialed, CancellationToken cancellationToken)
    {
        switch (response.Status)
        {
            case ResponseStatus.Completed:
                break;
            case ResponseStatus.RequestRefused:
                return new ProbeResult(ProbeOutcome.Refused);
            case ResponseStatus.RequestRejected:
                return new ProbeResult(ProbeOutcome.Rejected);
            default:
                return new ProbeResult(ProbeOutcome.Failed);
        }

        if (response.AddrIdx >= addresses.Count) throw Violation("an address that was not asked about");
        var address = addresses[(int)response.AddrIdx];
        switch (response.DialStatus)
        {
            case DialStatus.DialError:
                return new ProbeResult(ProbeOutcome.Unreachable, address);
            case DialStatus.Dialed:
            case DialStatus.DialBackError when dialed.Task.IsCompleted:
                // The nonce may still be on its way: it has come over another connection than the answer.
                return IsSameKind(await LocalAddressAsync(dialed, cancellationToken), address)
                    ? new ProbeResult(ProbeOutcome.Reachable, address)
                    : throw Violation("the claim to have dialed an address of another kind than it did");
            default:
                return new ProbeResult(ProbeOutcome.Failed, address);
        }
    }

    private async Task<Multiaddress> LocalAddressAsync(TaskCompletionSource<Multiaddress> dialed, CancellationToken cancellationToken)
    {
        try
        {
            return await dialed.Task.WaitAsync(AutoNatProtocol.DialBackTimeout, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw Violation("the claim to have dialed us, without the nonce");
        }
    }

    // NAT and port mapping change numbers, never protocols; only TLS may have ended at a proxy in front of us.
    private static bool IsSameKind(Multiaddress local, Multiaddress dialed) => KindsOf(local).SequenceEqual(KindsOf(dialed));

    private static IEnumerable<string> KindsOf(Multiaddress address) =>
        address.WithoutPeerId().Components.Select(static part => part.Protocol == "wss" ? "ws" : part.Protocol).Where(static kind => kind is not ("tls" or "sni" or "ip6zone"));

    private static Libp2pException Violation(string what) => new(Libp2pError.ProtocolViolation, $"AutoNAT was answered with {what}.");
}
