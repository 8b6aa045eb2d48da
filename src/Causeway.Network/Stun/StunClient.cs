using System.Collections.Concurrent;
using System.Net;

namespace Causeway.Network.Stun;

/// <summary>
/// Asks STUN servers for the address under which they see this machine (RFC 8489), over a UDP socket that its owner may use for other things too:
/// the owner gives the client a way to send, and shows it what arrives (<see cref="Process"/>).
/// </summary>
/// <param name="send">Sends a datagram. Its failures are as if the datagram had been lost.</param>
/// <param name="options">The patience. Default: the RFC's.</param>
/// <param name="timeProvider">The clock. Default: the system's.</param>
public sealed class StunClient(Func<ReadOnlyMemory<byte>, IPEndPoint, CancellationToken, ValueTask> send, StunClientOptions? options = null, TimeProvider? timeProvider = null)
{
    private readonly StunClientOptions _options = Validated(options ?? new StunClientOptions());
    private readonly TimeProvider _time = timeProvider ?? TimeProvider.System;
    private readonly ConcurrentDictionary<StunTransactionId, (IPEndPoint From, TaskCompletionSource<StunMessage> Answer)> _transactions = [];

    /// <summary>Takes a datagram that the socket received.</summary>
    /// <returns>True if it is an answer to a request of this client; then it is for nobody else.</returns>
    public bool Process(ReadOnlySpan<byte> datagram, IPEndPoint from)
    {
        if (!StunMessage.IsStun(datagram) || !StunMessage.TryDecode(datagram, out var message) || message.Class is not (StunClass.Success or StunClass.Error)) return false;
        return _transactions.TryGetValue(message.TransactionId, out var transaction) && transaction.From.Equals(from) && transaction.Answer.TrySetResult(message);
    }

    /// <summary>Asks one server.</summary>
    /// <param name="server">The server.</param>
    /// <param name="change">From where it shall answer (RFC 5780).</param>
    /// <param name="from">From where the answer must come; null for the server itself.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The answer; its <see cref="StunMessage.MappedAddress"/> is there.</returns>
    /// <exception cref="StunException">No answer, or a refusal.</exception>
    /// <exception cref="InvalidOperationException">More requests are under way than <see cref="StunClientOptions.MaxTransactions"/>.</exception>
    public async Task<StunMessage> BindAsync(IPEndPoint server, StunChange change = StunChange.None, IPEndPoint? from = null, CancellationToken cancellationToken = default)
    {
        if (_transactions.Count >= _options.MaxTransactions) throw new InvalidOperationException("Too many STUN requests are under way.");
        var request = new StunMessage { TransactionId = StunTransactionId.Create(), Change = change == StunChange.None ? null : change };
        var answer = new TaskCompletionSource<StunMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        _transactions[request.TransactionId] = (from ?? server, answer);
        try
        {
            return Check(server, await ExchangeAsync(request.Encode(), server, answer.Task, cancellationToken));
        }
        finally
        {
            _transactions.TryRemove(request.TransactionId, out _);
        }
    }

    private async Task<StunMessage> ExchangeAsync(byte[] request, IPEndPoint server, Task<StunMessage> answer, CancellationToken cancellationToken)
    {
        for (var sent = 1; sent <= _options.Requests; sent++)
        {
            try
            {
                await send(request, server, cancellationToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // The network may be back for the next one.
            }

            try
            {
                return await answer.WaitAsync(_options.PauseAfter(sent), _time, cancellationToken);
            }
            catch (TimeoutException)
            {
                // Sent again.
            }
        }

        throw new StunException(server, 0, $"The STUN server {server} does not answer. Is UDP allowed from here, and is the address right?");
    }

    private static StunMessage Check(IPEndPoint server, StunMessage answer)
    {
        if (answer.Class == StunClass.Error) throw new StunException(server, answer.ErrorCode, $"The STUN server {server} refuses: {answer.ErrorCode} {answer.ErrorReason}");
        return answer.MappedAddress is not null ? answer : throw new StunException(server, 0, $"The STUN server {server} answers without an address.");
    }

    private static StunClientOptions Validated(StunClientOptions options)
    {
        options.Validate();
        return options;
    }
}
