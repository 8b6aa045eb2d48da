namespace Causeway.Relay.Queues;

/// <summary>The outboxes that this thread has added something to. They are flushed when all that was received is dealt with, so that it goes out in one piece.</summary>
internal static class Outboxes
{
    [ThreadStatic]
    private static List<Outbox>? _touched;

    /// <summary>Remembers one.</summary>
    public static void Add(Outbox outbox)
    {
        var touched = _touched ??= [];
        if (touched.Count == 0 || touched[^1] != outbox) touched.Add(outbox);
    }

    /// <summary>Sends what they have.</summary>
    public static void Flush()
    {
        if (_touched is not { Count: > 0 } touched) return;

        // Sending may lead back here on the same thread.
        _touched = null;
        foreach (var outbox in touched) outbox.Flush();
        touched.Clear();
        _touched ??= touched;
    }
}
