using Causeway.Gateway.Protocol;
using Causeway.Multiformats;

namespace Causeway.Gateway.Messaging;

/// <summary>Messages of a page to itself: a peer cannot dial itself, so they go from queue to queue.</summary>
internal sealed class SelfMessages(PeerId self, IMessageHandler handler, int capacity, MemoryBudget page)
{
    private readonly Lock _lock = new();
    private Task _tail = Task.CompletedTask;
    private int _queued;

    /// <summary>Delivers after those before it.</summary>
    public void Send(string protocol, ReadOnlyMemory<byte> json, long? ack)
    {
        var cost = json.Length + OutgoingMessage.Overhead;
        var fits = page.TryReserve(cost);
        if (Interlocked.Increment(ref _queued) > capacity || !fits)
        {
            Interlocked.Decrement(ref _queued);
            if (fits) page.Release(cost);
            throw GatewayException.Full("too many messages are queued for the page itself");
        }

        var head = Frames.PeerDataHead(self.ToString(), protocol);
        var copy = json.ToArray();
        lock (_lock) _tail = DeliverAsync(_tail, head, copy, ack);
    }

    private async Task DeliverAsync(Task before, byte[] head, byte[] json, long? ack)
    {
        await before;
        try
        {
            await handler.DeliverAsync(self, head, json);
            if (ack is { } number) handler.Acknowledged(number);
        }
        catch (Pages.PageClosedException)
        {
            // Nobody is left to hear of it.
        }
        finally
        {
            Interlocked.Decrement(ref _queued);
            page.Release(json.Length + OutgoingMessage.Overhead);
        }
    }
}
