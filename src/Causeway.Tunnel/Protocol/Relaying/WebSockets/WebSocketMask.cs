using System.Numerics;
using System.Runtime.InteropServices;

namespace Causeway.Tunnel.Protocol.Relaying.WebSockets;

/// <summary>
/// The mask of a frame and the place within it (RFC 6455 §5.3). Masking is done while copying: it costs no pass of its own. The zero mask, which frames of a
/// server have, makes it a plain copy.
/// </summary>
[StructLayout(LayoutKind.Auto)]
public struct WebSocketMask
{
    // In the byte order of memory, turned so that its first byte is the next one to use.
    private uint _key;

    /// <summary>A mask at its beginning.</summary>
    /// <param name="key">The four bytes in the order of the wire, read in the byte order of this machine.</param>
    public WebSocketMask(uint key) => _key = key;

    /// <summary>The four bytes, from the next one to use.</summary>
    public readonly uint Key => _key;

    /// <summary>Masks or unmasks bytes on their way from one place to another, and moves on. The two may be the same, but not overlap otherwise.</summary>
    public void Copy(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        destination = destination[..source.Length];
        if (_key == 0)
        {
            if (!source.Overlaps(destination, out var offset) || offset != 0) source.CopyTo(destination);
            return;
        }

        Xor(source, destination, _key);
        Skip(source.Length);
    }

    /// <summary>Moves on by bytes that nobody wants.</summary>
    public void Skip(int count)
    {
        var bits = (count & 3) * 8;
        _key = BitConverter.IsLittleEndian ? BitOperations.RotateRight(_key, bits) : BitOperations.RotateLeft(_key, bits);
    }

    private static void Xor(ReadOnlySpan<byte> source, Span<byte> destination, uint key)
    {
        var i = 0;
        if (Vector.IsHardwareAccelerated && source.Length >= Vector<byte>.Count)
        {
            var keys = Vector.AsVectorByte(new Vector<uint>(key));
            var last = source.Length - Vector<byte>.Count;
            for (; i <= last - Vector<byte>.Count; i += 2 * Vector<byte>.Count)
            {
                var a = new Vector<byte>(source[i..]) ^ keys;
                var b = new Vector<byte>(source[(i + Vector<byte>.Count)..]) ^ keys;
                a.CopyTo(destination[i..]);
                b.CopyTo(destination[(i + Vector<byte>.Count)..]);
            }

            for (; i <= last; i += Vector<byte>.Count) (new Vector<byte>(source[i..]) ^ keys).CopyTo(destination[i..]);
        }

        Span<byte> bytes = stackalloc byte[4];
        MemoryMarshal.Write(bytes, key);
        for (var k = 0; i < source.Length; i++, k++) destination[i] = (byte)(source[i] ^ bytes[k & 3]);
    }
}
