namespace Causeway.Libp2p.PubSub.Wire;

/// <summary>An encoded RPC with its varint length prefix, ready for any number of streams. Immutable.</summary>
/// <param name="Bytes">Prefix and protobuf.</param>
internal sealed record RpcFrame(ReadOnlyMemory<byte> Bytes);
