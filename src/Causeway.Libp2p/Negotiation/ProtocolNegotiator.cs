namespace Causeway.Libp2p.Negotiation;

/// <summary>Drives the multistream-select state machines over a channel.</summary>
internal static class ProtocolNegotiator
{
    /// <summary>Proposes <paramref name="protocols"/> in order and returns the one that the other end accepted.</summary>
    public static async ValueTask<string> DialAsync(NegotiationChannel channel, IReadOnlyList<string> protocols, CancellationToken cancellationToken)
    {
        var dialer = new MultistreamDialer(protocols);
        using var decoder = new MultistreamDecoder();
        dialer.Start(channel.Output);
        while (dialer.Selected is null)
        {
            await channel.ReadMessageAsync(decoder, cancellationToken);
            dialer.Receive(decoder.Message, channel.Output);
            decoder.Next();
        }

        return dialer.Selected;
    }

    /// <summary>
    /// Answers proposals and returns the accepted one. Its confirmation stays unflushed in the channel: the caller sends it with its own
    /// first bytes, or flushes.
    /// </summary>
    /// <exception cref="Libp2pException">
    /// <see cref="Libp2pError.ProtocolNotSupported"/>: what was proposed is not served; the other end has been told, and deserves a graceful end.
    /// Otherwise it broke the rules or is gone.
    /// </exception>
    public static async ValueTask<string> ListenAsync(
        NegotiationChannel channel, Predicate<string> serves, Func<IEnumerable<string>> list, CancellationToken cancellationToken)
    {
        var listener = new MultistreamListener(serves, list);
        using var decoder = new MultistreamDecoder();
        try
        {
            while (listener.Selected is null)
            {
                await channel.ReadMessageAsync(decoder, cancellationToken);
                listener.Receive(decoder.Message, channel.Output);
                decoder.Next();
            }

            return listener.Selected;
        }
        catch (Libp2pException e)
        {
            var explained = listener.Explain(e);
            if (explained.Error == Libp2pError.ProtocolNotSupported) await TryFlushAsync(channel, cancellationToken);
            throw explained;
        }
    }

    private static async ValueTask TryFlushAsync(NegotiationChannel channel, CancellationToken cancellationToken)
    {
        try
        {
            await channel.FlushAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or ObjectDisposedException)
        {
            // It left without waiting for the answer.
        }
    }
}
