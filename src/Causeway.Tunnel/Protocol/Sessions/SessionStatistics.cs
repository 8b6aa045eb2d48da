using System.Runtime.InteropServices;

namespace Causeway.Tunnel.Protocol.Sessions;

/// <summary>What a session has carried so far.</summary>
/// <param name="SealedFrames">Frames sealed, of all kinds.</param>
/// <param name="SealedBytes">Their bodies together, in bytes.</param>
/// <param name="OpenedFrames">Frames opened, of all kinds.</param>
/// <param name="OpenedBytes">Their bodies together, in bytes.</param>
/// <param name="DroppedFrames">Payloads that were refused, for whatever reason.</param>
/// <param name="Epochs">The number of rekeys that this side has completed.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct SessionStatistics(long SealedFrames, long SealedBytes, long OpenedFrames, long OpenedBytes, long DroppedFrames, int Epochs);
