using System.Runtime.CompilerServices;
using Causeway.Libp2p.AutoNat;
using Causeway.Libp2p.AutoNat.Wire;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Streams;
using static Causeway.Libp2p.Tests.Some;

namespace Causeway.Libp2p.Tests.AutoNat;

/// <summary>Servers that answer what they like.</summary>
internal static class Lying
{
    private static readonly ConditionalWeakTable<IHost, TaskCompletionSource> Answers = [];

    /// <summary>Answers every request with a status, and dials nobody.</summary>
    public static Action<HostBuilder> Always(DialStatus status) => builder => builder.Use(host => new Server(host, async (stream, request, token) =>
        await AnswerAsync(stream, new DialResponse { Status = ResponseStatus.Completed, DialStatus = status }, token)));

    /// <summary>Brings the nonce over the connection that the client has opened.</summary>
    public static void OverTheSameConnection(HostBuilder builder) => builder.Use(host => new Server(host, async (stream, request, token) =>
    {
        try
        {
            await using var back = await stream.Connection.OpenStreamAsync([AutoNatProtocol.DialBack], token);
            await DelimitedMessages.WriteAsync(back, new DialBack { Nonce = request.Nonce }, completeWrites: true, token);
            _ = await DelimitedMessages.ReadAsync(back, DialBackResponse.Parser, 100, token);
        }
        catch (Libp2pException)
        {
            // Refused, as it should be.
        }

        await AnswerAsync(stream, new DialResponse { Status = ResponseStatus.Completed, DialStatus = DialStatus.DialBackError }, token);
    }));

    /// <summary>Completes when the client has taken the server's first answer (it has closed the stream behind it).</summary>
    public static Task Answered(IHost server) => Answers.GetOrCreateValue(server).Task.WaitAsync(Patience);

    private static ValueTask AnswerAsync(Libp2pStream stream, DialResponse response, CancellationToken token) =>
        DelimitedMessages.WriteAsync(stream, new DialMessage { DialResponse = response }, completeWrites: true, token);

    private sealed class Server(IHost host, Func<Libp2pStream, DialRequest, CancellationToken, Task> answer) : IHostComponent
    {
        public Task StartAsync(CancellationToken cancellationToken = default)
        {
            _ = host.Handle(AutoNatProtocol.DialRequest, async (stream, token) =>
            {
                var request = await DelimitedMessages.ReadAsync(stream, DialMessage.Parser, AutoNatProtocol.MaxMessage, token);
                await answer(stream, request.DialRequest, token);
                await stream.ReadsClosed.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                Answers.GetOrCreateValue(host).TrySetResult();
            });
            return Task.CompletedTask;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
