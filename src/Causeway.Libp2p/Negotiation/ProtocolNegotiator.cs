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
    public static async ValueTask<string> ListenAsync(
        NegotiationChannel channel, Predicate<string> serves, Func<IEnumerable<string>> list, CancellationToken cancellationToken)
    {
        var listener = new MultistreamListener(serves, list);
        using var decoder = new MultistreamDecoder();
        while (listener.Selected is null)
        {
            await channel.ReadMessageAsync(decoder, cancellationToken);
            listener.Receive(decoder.Message, channel.Output);
            decoder.Next();
        }

        return listener.Selected;
    }
}
