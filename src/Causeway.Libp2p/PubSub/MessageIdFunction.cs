namespace Causeway.Libp2p.PubSub;

/// <summary>Computes a message's identity. Pure, quick, thread-safe; every peer of a topic must use the same function.</summary>
/// <returns>1 to 256 bytes; any other length makes the message invalid.</returns>
public delegate ReadOnlyMemory<byte> MessageIdFunction(MessageIdInput message);

/// <summary>What a message ID may be made of; nothing in it has been verified yet.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="From">The author's peer ID bytes as claimed.</param>
/// <param name="SequenceNumber">The sequence number's bytes as claimed.</param>
/// <param name="Data">The payload.</param>
public readonly record struct MessageIdInput(string Topic, ReadOnlyMemory<byte> From, ReadOnlyMemory<byte> SequenceNumber, ReadOnlyMemory<byte> Data);
