using System.Buffers;
using Causeway.Libp2p.Wire;

namespace Causeway.Libp2p.PubSub.Wire;

/// <summary>
/// Collects subscriptions and control messages into as few RPCs as fit under a size. An RPC has its <c>control</c> field once: decoders
/// other than protobuf's own (js-libp2p's, rust-libp2p's) take the last one instead of merging.
/// </summary>
internal sealed class RpcBuilder(int maxSize)
{
    private const int ControlField = 3;

    private readonly ArrayBufferWriter<byte> _subscriptions = new(64);
    private readonly ArrayBufferWriter<byte> _control = new(256);
    private List<RpcFrame>? _frames;

    /// <summary>SUBSCRIBE or its opposite.</summary>
    public void AddSubscription(string topic, bool subscribe)
    {
        var inner = 2 + WireWriter.SizeOfField(topic);
        var size = WireWriter.SizeOfField(inner);
        if (_subscriptions.WrittenCount + size + ControlSize(0) > maxSize) Cut();
        var writer = new WireWriter(_subscriptions.GetSpan(size));
        writer.WriteHeader(1, inner);
        writer.WriteVarintField(1, subscribe ? 1u : 0u);
        writer.WriteField(2, topic);
        _subscriptions.Advance(size);
    }

    /// <summary>GRAFT.</summary>
    public void AddGraft(string topic)
    {
        var inner = WireWriter.SizeOfField(topic);
        var writer = BeginControl(3, inner, out var size);
        writer.WriteField(1, topic);
        _control.Advance(size);
    }

    /// <summary>PRUNE; <paramref name="backoffSeconds"/> and <paramref name="peers"/> are left out for peers older than 1.1.</summary>
    public void AddPrune(string topic, ulong? backoffSeconds, IReadOnlyList<ExchangedPeer>? peers)
    {
        var inner = WireWriter.SizeOfField(topic);
        if (backoffSeconds is { } value) inner += WireWriter.SizeOfVarintField(value);
        foreach (var peer in peers ?? []) inner += WireWriter.SizeOfField(SizeOf(peer));
        var writer = BeginControl(4, inner, out var size);
        writer.WriteField(1, topic);
        foreach (var peer in peers ?? [])
        {
            writer.WriteHeader(2, SizeOf(peer));
            writer.WriteField(1, peer.PeerId.Span);
            if (!peer.SignedRecord.IsEmpty) writer.WriteField(2, peer.SignedRecord.Span);
        }

        if (backoffSeconds is { } seconds) writer.WriteVarintField(3, seconds);
        _control.Advance(size);
    }

    /// <summary>IHAVE, in as many pieces as the size asks for.</summary>
    public void AddIHave(string topic, IReadOnlyList<ReadOnlyMemory<byte>> ids) => AddIds(1, topic, ids);

    /// <summary>IWANT.</summary>
    public void AddIWant(IReadOnlyList<ReadOnlyMemory<byte>> ids) => AddIds(2, null, ids);

    /// <summary>IDONTWANT.</summary>
    public void AddIDontWant(IReadOnlyList<ReadOnlyMemory<byte>> ids) => AddIds(5, null, ids);

    /// <summary>The RPCs.</summary>
    public List<RpcFrame> Complete()
    {
        Cut();
        return _frames ?? [];
    }

    private static int SizeOf(ExchangedPeer peer) =>
        WireWriter.SizeOfField(peer.PeerId.Length) + (peer.SignedRecord.IsEmpty ? 0 : WireWriter.SizeOfField(peer.SignedRecord.Length));

    private void AddIds(int field, string? topic, IReadOnlyList<ReadOnlyMemory<byte>> ids)
    {
        var head = topic is null ? 0 : WireWriter.SizeOfField(topic);
        var idField = topic is null ? 1 : 2;
        for (var next = 0; next < ids.Count;)
        {
            var (inner, first) = (head, next);
            while (next < ids.Count)
            {
                var grown = inner + WireWriter.SizeOfField(ids[next].Length);
                if (next > first && WireWriter.SizeOfField(WireWriter.SizeOfField(grown)) > maxSize) break;
                inner = grown;
                next++;
            }

            var writer = BeginControl(field, inner, out var size);
            if (topic is not null) writer.WriteField(1, topic);
            for (var i = first; i < next; i++) writer.WriteField(idField, ids[i].Span);
            _control.Advance(size);
        }
    }

    private WireWriter BeginControl(int field, int inner, out int size)
    {
        size = WireWriter.SizeOfField(inner);
        if (_subscriptions.WrittenCount + ControlSize(size) > maxSize) Cut();
        var writer = new WireWriter(_control.GetSpan(size));
        writer.WriteHeader(field, inner);
        return writer;
    }

    private int ControlSize(int more) => _control.WrittenCount + more == 0 ? 0 : WireWriter.SizeOfField(_control.WrittenCount + more);

    private void Cut()
    {
        var size = _subscriptions.WrittenCount + ControlSize(0);
        if (size == 0) return;
        var frame = new byte[WireWriter.SizeOf((ulong)size) + size];
        var writer = new WireWriter(frame);
        writer.WriteVarint((ulong)size);
        writer.WriteRaw(_subscriptions.WrittenSpan);
        if (_control.WrittenCount > 0) writer.WriteField(ControlField, _control.WrittenSpan);
        (_frames ??= []).Add(new RpcFrame(frame));
        _subscriptions.ResetWrittenCount();
        _control.ResetWrittenCount();
    }
}
