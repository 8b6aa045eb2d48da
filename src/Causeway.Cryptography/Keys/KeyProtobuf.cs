namespace Causeway.Cryptography.Keys;

/// <summary>
/// The <c>PublicKey</c> and <c>PrivateKey</c> messages of the libp2p peer-ids spec: field 1 is the type, field 2 the data. A key has exactly one
/// encoding (tag order, minimal varints, both fields, no others), because peer IDs are hashes of it; every other one is rejected.
/// </summary>
internal static class KeyProtobuf
{
    /// <summary>The longest data read. An RSA private key of 8192 bits, the largest there is, takes about 4700 bytes.</summary>
    internal const int MaxDataLength = 8192;

    private const byte TypeTag = (1 << 3) | 0;
    private const byte DataTag = (2 << 3) | 2;

    /// <summary>The encoding of a key.</summary>
    internal static byte[] Encode(KeyType type, ReadOnlySpan<byte> data)
    {
        var header = data.Length < 0x80 ? 4 : 5;
        var encoded = new byte[header + data.Length];
        encoded[0] = TypeTag;
        encoded[1] = (byte)type;
        encoded[2] = DataTag;
        if (header == 4)
        {
            encoded[3] = (byte)data.Length;
        }
        else
        {
            encoded[3] = (byte)(data.Length | 0x80);
            encoded[4] = checked((byte)(data.Length >> 7));
        }

        data.CopyTo(encoded.AsSpan(header));
        return encoded;
    }

    /// <summary>Splits an encoding into type and data.</summary>
    /// <exception cref="FormatException">The encoding is not the one that <see cref="Encode"/> gives.</exception>
    internal static KeyType Decode(ReadOnlySpan<byte> encoded, out ReadOnlySpan<byte> data)
    {
        if (encoded.Length < 4 || encoded[0] != TypeTag || encoded[2] != DataTag)
            throw new FormatException("The key is not a libp2p key message (field 1: type, field 2: data).");
        if (encoded[1] > (byte)KeyType.Ecdsa) throw new FormatException($"The key's type {encoded[1]} is not one of libp2p's four.");

        int length = encoded[3], header = 4;
        if (length >= 0x80)
        {
            // A second varint byte of zero would not be minimal, one with its top bit set is beyond the longest key.
            if (encoded.Length < 5 || encoded[4] is 0 or >= 0x80) throw new FormatException("The key's length is malformed or too great.");
            length = (length & 0x7f) | (encoded[4] << 7);
            header = 5;
        }

        if (length > MaxDataLength) throw new FormatException($"The key has {length} bytes; {MaxDataLength} are the most.");
        if (encoded.Length - header != length) throw new FormatException($"The key announces {length} bytes and has {encoded.Length - header}.");
        data = encoded[header..];
        return (KeyType)encoded[1];
    }
}
