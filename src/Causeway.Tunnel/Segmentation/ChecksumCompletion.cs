using System.Buffers.Binary;

namespace Causeway.Tunnel.Segmentation;

/// <summary>Completes in software the checksum that a header says is still to be completed.</summary>
public static class ChecksumCompletion
{
    /// <summary>
    /// Adds up what is missing and stores the checksum. The field holds the sum of the pseudo-header, as the kernel leaves it there; so the sum
    /// from the start to the end of the frame, complemented, is the checksum (virtio 1.2 §5.1.6.2).
    /// </summary>
    /// <param name="frame">The frame.</param>
    /// <param name="checksumStart">Where the sum begins.</param>
    /// <param name="checksumOffset">Where, behind that, the checksum is stored.</param>
    /// <returns>False, and nothing is done, if the field does not lie inside the frame.</returns>
    public static bool TryComplete(Span<byte> frame, int checksumStart, int checksumOffset)
    {
        if (checksumStart < 0 || checksumOffset < 0 || checksumStart + checksumOffset + sizeof(ushort) > frame.Length) return false;
        var checksum = InternetChecksum.Finish(InternetChecksum.Add(0, frame[checksumStart..]));
        // Zero would mean "no checksum" to UDP (RFC 768); to everybody else it is the same number.
        BinaryPrimitives.WriteUInt16BigEndian(frame[(checksumStart + checksumOffset)..], checksum == 0 ? (ushort)0xffff : checksum);
        return true;
    }
}
