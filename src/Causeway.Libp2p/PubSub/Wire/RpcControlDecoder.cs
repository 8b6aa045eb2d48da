using Causeway.Libp2p.PubSub.Messages;
using Causeway.Libp2p.Wire;

namespace Causeway.Libp2p.PubSub.Wire;

/// <summary>Decodes <c>ControlMessage</c> (gossipsub 1.0, 1.1 with peer exchange and back-off, 1.2 with IDONTWANT). Extensions are stepped over.</summary>
internal static class RpcControlDecoder
{
    /// <summary>Adds what <paramref name="body"/> says to <paramref name="control"/>.</summary>
    public static bool TryDecode(ReadOnlyMemory<byte> body, RpcControl control, TopicNames topics, RpcLimits limits, Rpc rpc)
    {
        var reader = new WireReader(body.Span);
        while (!reader.IsAtEnd)
        {
            if (!reader.TryReadTag(out var field, out var wireType)) return false;
            if (field is < 1 or > 5)
            {
                if (!reader.TrySkip(wireType)) return false;
                continue;
            }

            if (wireType != 2 || !reader.TryReadSlice(out var slice)) return false;
            var entry = slice.Of(body);
            var ok = field switch
            {
                1 => TryAddIHave(entry, control, topics, limits, rpc),
                2 => TryReadIds(entry, 1, control.IWant ??= [], limits, rpc),
                3 => TryAddGraft(entry, control, topics, limits, rpc),
                4 => TryAddPrune(entry, control, topics, limits, rpc),
                _ => TryReadIds(entry, 1, control.IDontWant ??= [], limits, rpc),
            };
            if (!ok) return false;
        }

        return true;
    }

    private static bool TryAddIHave(ReadOnlyMemory<byte> body, RpcControl control, TopicNames topics, RpcLimits limits, Rpc rpc)
    {
        var list = control.IHave ??= [];
        if (list.Count >= limits.MaxControl) return Skip(rpc);
        if (!TryReadTopic(body.Span, topics, out var topic)) return false;
        var ids = new List<ReadOnlyMemory<byte>>();
        if (!TryReadIds(body, 2, ids, limits, rpc)) return false;
        if (topic is not null) list.Add(new IHave(topic, ids));
        return true;
    }

    private static bool TryAddGraft(ReadOnlyMemory<byte> body, RpcControl control, TopicNames topics, RpcLimits limits, Rpc rpc)
    {
        var list = control.Graft ??= [];
        if (list.Count >= limits.MaxControl) return Skip(rpc);
        if (!TryReadTopic(body.Span, topics, out var topic)) return false;
        if (topic is not null) list.Add(topic);
        return true;
    }

    private static bool TryAddPrune(ReadOnlyMemory<byte> body, RpcControl control, TopicNames topics, RpcLimits limits, Rpc rpc)
    {
        var list = control.Prune ??= [];
        if (list.Count >= limits.MaxControl) return Skip(rpc);
        if (!TryReadTopic(body.Span, topics, out var topic)) return false;
        ulong? backoff = null;
        List<ExchangedPeer>? peers = null;
        var reader = new WireReader(body.Span);
        while (!reader.IsAtEnd)
        {
            if (!reader.TryReadTag(out var field, out var wireType)) return false;
            if (field == 3)
            {
                if (wireType != 0 || !reader.TryReadVarint(out var seconds)) return false;
                backoff = seconds;
            }
            else if (field == 2)
            {
                if (wireType != 2 || !reader.TryReadSlice(out var slice) || !TryReadPeer(slice.Of(body), out var peer)) return false;
                if (peers?.Count >= limits.MaxExchangedPeers) rpc.Skipped++;
                else (peers ??= []).Add(peer);
            }
            else if (!reader.TrySkip(wireType))
            {
                return false;
            }
        }

        if (topic is not null) list.Add(new Prune(topic, backoff, peers));
        return true;
    }

    private static bool TryReadPeer(ReadOnlyMemory<byte> body, out ExchangedPeer peer)
    {
        peer = default;
        var (id, record) = (Slice.Absent, Slice.Absent);
        var reader = new WireReader(body.Span);
        while (!reader.IsAtEnd)
        {
            if (!reader.TryReadTag(out var field, out var wireType)) return false;
            if (field is not (1 or 2))
            {
                if (!reader.TrySkip(wireType)) return false;
                continue;
            }

            if (wireType != 2 || !reader.TryReadSlice(out var slice)) return false;
            if (field == 1) id = slice;
            else record = slice;
        }

        peer = new ExchangedPeer(id.Of(body), record.Of(body));
        return true;
    }

    // The topic is field 1 everywhere. An absent one is tolerated (the entry then means nothing), a malformed one is not.
    private static bool TryReadTopic(ReadOnlySpan<byte> body, TopicNames topics, out string? topic)
    {
        topic = null;
        var name = Slice.Absent;
        var reader = new WireReader(body);
        while (!reader.IsAtEnd)
        {
            if (!reader.TryReadTag(out var field, out var wireType)) return false;
            if (field != 1)
            {
                if (!reader.TrySkip(wireType)) return false;
            }
            else if (wireType != 2 || !reader.TryReadSlice(out name))
            {
                return false;
            }
        }

        if (name.Length <= 0) return true;
        if (!topics.TryRead(name.Of(body), out var text)) return false;
        topic = text;
        return true;
    }

    private static bool TryReadIds(ReadOnlyMemory<byte> body, int idField, List<ReadOnlyMemory<byte>> ids, RpcLimits limits, Rpc rpc)
    {
        var reader = new WireReader(body.Span);
        while (!reader.IsAtEnd)
        {
            if (!reader.TryReadTag(out var field, out var wireType)) return false;
            if (field != idField)
            {
                if (!reader.TrySkip(wireType)) return false;
                continue;
            }

            if (wireType != 2 || !reader.TryReadSlice(out var slice)) return false;
            if (ids.Count >= limits.MaxMessageIds || slice.Length is 0 or > MessageIdForms.MaxLength) rpc.Skipped++;
            else ids.Add(slice.Of(body));
        }

        return true;
    }

    private static bool Skip(Rpc rpc)
    {
        rpc.Skipped++;
        return true;
    }
}
