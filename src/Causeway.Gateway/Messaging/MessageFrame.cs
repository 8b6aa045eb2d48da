using System.Buffers;

namespace Causeway.Gateway.Messaging;

/// <summary>A frame that came from another gateway.</summary>
/// <param name="Type">Data or acknowledgement; others are skipped.</param>
/// <param name="Id">The id between its quotes, escapes and all: it goes back as it came.</param>
/// <param name="Data">For data: the JSON value, checked to be exactly one, in UTF-8.</param>
internal readonly record struct MessageFrame(MessageFrameType Type, ReadOnlyMemory<byte> Id, ReadOnlyMemory<byte> Data);

/// <summary>The types of frames.</summary>
internal enum MessageFrameType
{
    /// <summary>A type that this version does not know.</summary>
    Unknown,

    /// <summary>A message.</summary>
    Data,

    /// <summary>An acknowledgement.</summary>
    Ack,
}
