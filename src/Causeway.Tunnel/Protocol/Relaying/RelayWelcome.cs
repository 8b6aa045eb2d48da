using System.Net;
using Causeway.Tunnel.Protocol.Wire;

namespace Causeway.Tunnel.Protocol.Relaying;

/// <summary>WELCOME: what holds for a connection, and the relay's proof (tunnel protocol §2.1).</summary>
public sealed record RelayWelcome
{
    /// <summary>The length of the body in bytes.</summary>
    public const int BodySize = SignedSize + RelayProof.SignatureSize;

    /// <summary>The bytes of the body before the signature.</summary>
    public const int SignedSize = 8 + WireAddress.Size + 8 + 4 + 2;

    /// <summary>Unique in the life of a relay; tells two connections of a peer apart.</summary>
    public required ulong ConnectionNumber { get; init; }

    /// <summary>The member's address as the relay sees it; null if it does not know.</summary>
    public required IPEndPoint? ObservedAddress { get; init; }

    /// <summary>Bytes per second that the member may send; 0: no limit.</summary>
    public required ulong BytesPerSecond { get; init; }

    /// <summary>Records per second that the member may send; 0: no limit.</summary>
    public required uint FramesPerSecond { get; init; }

    /// <summary>Seconds of silence after which the relay ends the connection; 0: none.</summary>
    public required ushort IdleLimit { get; init; }

    /// <summary>Writes the body up to the signature.</summary>
    public void WriteSigned(Span<byte> destination)
    {
        var writer = new WireWriter(destination);
        writer.UInt64(ConnectionNumber);
        WireAddress.Write(writer.Reserve(WireAddress.Size), ObservedAddress);
        writer.UInt64(BytesPerSecond);
        writer.UInt32(FramesPerSecond);
        writer.UInt16(IdleLimit);
    }

    /// <summary>The whole record.</summary>
    public byte[] Encode(ReadOnlySpan<byte> signature)
    {
        var record = new byte[RecordHeader.Size + BodySize];
        new RecordHeader(RecordType.Welcome, BodySize).Write(record);
        WriteSigned(record.AsSpan(RecordHeader.Size));
        signature.CopyTo(record.AsSpan(RecordHeader.Size + SignedSize, RelayProof.SignatureSize));
        return record;
    }

    /// <summary>Reads a body; the signature is its last <see cref="RelayProof.SignatureSize"/> bytes and the caller's to verify.</summary>
    /// <exception cref="RelayLinkException">It is none.</exception>
    public static RelayWelcome Decode(ReadOnlySpan<byte> body)
    {
        var reader = new WireReader(body);
        var number = reader.UInt64();
        reader.Require(WireAddress.TryRead(reader.Bytes(WireAddress.Size), out var address));
        var bytes = reader.UInt64();
        var frames = reader.UInt32();
        var idle = reader.UInt16();
        reader.Bytes(RelayProof.SignatureSize);
        if (!reader.IsComplete) throw new RelayLinkException(RelayRefusalCode.Malformed, "the relay's WELCOME is malformed");
        return new RelayWelcome { ConnectionNumber = number, ObservedAddress = address, BytesPerSecond = bytes, FramesPerSecond = frames, IdleLimit = idle };
    }
}
