using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Causeway.Network.Stun;

namespace Causeway.Network.Tests.Stun;

public sealed class StunClientTests
{
    private static readonly IPEndPoint Server = IPEndPoint.Parse("192.0.2.1:3478");
    private static readonly IPEndPoint Mapped = IPEndPoint.Parse("203.0.113.5:40000");

    private readonly ObservedTime _time = new();
    private readonly Channel<StunMessage> _sent = Channel.CreateUnbounded<StunMessage>();

    [Fact]
    public async Task A_request_is_repeated_at_the_times_of_RFC_8489_and_then_given_up()
    {
        var asking = Client().BindAsync(Server);
        HashSet<StunTransactionId> ids = [];
        foreach (var pause in new[] { 0.5, 1, 2, 4, 8, 16, 8 })
        {
            ids.Add((await _sent.Reader.ReadAsync()).TransactionId);
            Assert.Equal(TimeSpan.FromSeconds(pause), await _time.Waits.ReadAsync());
            _time.Advance(TimeSpan.FromSeconds(pause - 0.1));
            Assert.False(asking.IsCompleted);
            Assert.False(_sent.Reader.TryPeek(out _));
            _time.Advance(TimeSpan.FromSeconds(0.1));
        }

        var exception = await Assert.ThrowsAsync<StunException>(() => asking);
        Assert.Equal((0, Server), (exception.ErrorCode, exception.Server));
        Assert.Single(ids);
    }

    [Fact]
    public async Task An_answer_counts_only_from_the_server_and_with_the_requests_ID()
    {
        var client = Client();
        var asking = client.BindAsync(Server);
        var request = await _sent.Reader.ReadAsync();
        var answer = Answer(request);

        Assert.False(client.Process((answer with { TransactionId = StunTransactionId.Create() }).Encode(), Server));
        Assert.False(client.Process(answer.Encode(), IPEndPoint.Parse("192.0.2.1:3479")));
        Assert.False(client.Process(request.Encode(), Server));
        Assert.False(client.Process("something else"u8, Server));
        Assert.False(asking.IsCompleted);
        Assert.True(client.Process(answer.Encode(), Server));
        Assert.Equal(Mapped, (await asking).MappedAddress);
        Assert.False(client.Process(answer.Encode(), Server));
    }

    [Fact]
    public async Task An_answer_from_elsewhere_counts_where_that_was_asked_for()
    {
        var client = Client();
        var other = IPEndPoint.Parse("192.0.2.2:3479");
        var asking = client.BindAsync(Server, StunChange.Address | StunChange.Port, other);
        var request = await _sent.Reader.ReadAsync();

        Assert.Equal(StunChange.Address | StunChange.Port, request.Change);
        Assert.False(client.Process(Answer(request).Encode(), Server));
        Assert.True(client.Process(Answer(request).Encode(), other));
        await asking;
    }

    [Fact]
    public async Task A_refusal_and_an_answer_that_says_nothing_are_errors()
    {
        var client = Client();
        var asking = client.BindAsync(Server);
        var request = await _sent.Reader.ReadAsync();
        client.Process(new StunMessage { Class = StunClass.Error, TransactionId = request.TransactionId, ErrorCode = 500, ErrorReason = "no" }.Encode(), Server);
        Assert.Equal(500, (await Assert.ThrowsAsync<StunException>(() => asking)).ErrorCode);

        asking = client.BindAsync(Server);
        request = await _sent.Reader.ReadAsync();
        client.Process((Answer(request) with { MappedAddress = null }).Encode(), Server);
        await Assert.ThrowsAsync<StunException>(() => asking);
    }

    [Fact]
    public async Task A_request_that_could_not_be_sent_is_sent_again()
    {
        var failures = 1;
        var client = new StunClient(
            (datagram, _, _) =>
            {
                if (failures-- > 0) throw new SocketException((int)SocketError.NetworkUnreachable);
                Record(datagram);
                return ValueTask.CompletedTask;
            },
            timeProvider: _time);
        var asking = client.BindAsync(Server);
        _time.Advance(await _time.Waits.ReadAsync());
        client.Process(Answer(await _sent.Reader.ReadAsync()).Encode(), Server);

        Assert.Equal(Mapped, (await asking).MappedAddress);
    }

    [Fact]
    public async Task No_more_requests_than_a_bound_are_under_way()
    {
        var client = new StunClient((_, _, _) => ValueTask.CompletedTask, new StunClientOptions { MaxTransactions = 2 }, _time);
        using var giveUp = new CancellationTokenSource();
        Task[] asking = [client.BindAsync(Server, cancellationToken: giveUp.Token), client.BindAsync(Server, cancellationToken: giveUp.Token)];

        await Assert.ThrowsAsync<InvalidOperationException>(() => client.BindAsync(Server));
        await giveUp.CancelAsync();
        foreach (var one in asking) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one);
        var free = client.BindAsync(Server, cancellationToken: new CancellationToken(true));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => free);
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        foreach (var options in new StunClientOptions[] { new() { RetransmissionTimeout = TimeSpan.Zero }, new() { Requests = 0 }, new() { LastWait = 0 }, new() { MaxTransactions = 0 } })
            Assert.Throws<ArgumentException>(() => new StunClient((_, _, _) => ValueTask.CompletedTask, options));
    }

    private static StunMessage Answer(StunMessage request) => new() { Class = StunClass.Success, TransactionId = request.TransactionId, MappedAddress = Mapped };

    private StunClient Client() => new(
        (datagram, to, _) =>
        {
            Assert.Equal(Server, to);
            Record(datagram);
            return ValueTask.CompletedTask;
        },
        timeProvider: _time);

    private void Record(ReadOnlyMemory<byte> datagram)
    {
        Assert.True(StunMessage.TryDecode(datagram.Span, out var message));
        _sent.Writer.TryWrite(message);
    }
}
