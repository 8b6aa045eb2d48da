namespace Causeway.Multiformats.Addresses;

/// <summary>Splits the binary form into parts and checks every value.</summary>
internal static class AddressReader
{
    public static bool TryRead(ReadOnlySpan<byte> bytes, Span<AddressPart> parts, out int count, out AddressFailure failure)
    {
        count = 0;
        failure = bytes.Length switch
        {
            0 => new AddressFailure(AddressFailureKind.Empty, 0),
            > Multiaddress.MaxLength => new AddressFailure(AddressFailureKind.TooLong, 0),
            _ => default,
        };
        var at = 0;
        while (failure.Kind == AddressFailureKind.None && at < bytes.Length)
        {
            if (count == parts.Length)
            {
                failure = new AddressFailure(AddressFailureKind.TooLong, count + 1);
            }
            else if (count > 0 && parts[count - 1].Protocol.IsPath)
            {
                failure = new AddressFailure(AddressFailureKind.AfterPath, count + 1);
            }
            else if (TryReadPart(bytes, at, count + 1, out parts[count], out failure))
            {
                at = parts[count++].End;
            }
        }

        return failure.Kind == AddressFailureKind.None;
    }

    private static bool TryReadPart(ReadOnlySpan<byte> bytes, int start, int number, out AddressPart part, out AddressFailure failure)
    {
        part = default;
        failure = new AddressFailure(AddressFailureKind.Malformed, number);
        if (!UnsignedVarint.TryRead(bytes[start..], out var code, out var codeLength)) return false;
        var protocol = AddressProtocols.Find(code);
        if (protocol is null)
        {
            failure = new AddressFailure(AddressFailureKind.UnknownCode, number, Code: code);
            return false;
        }

        var valueStart = start + codeLength;
        var size = (ulong)Math.Max(protocol.Size, 0);
        if (protocol.Size == AddressProtocol.Variable)
        {
            if (!UnsignedVarint.TryRead(bytes[valueStart..], out size, out var sizeLength)) return false;
            valueStart += sizeLength;
        }

        if (size > (ulong)(bytes.Length - valueStart)) return false;
        var end = valueStart + (int)size;
        if (protocol.Value is not null && !protocol.Value.IsValid(bytes[valueStart..end]))
        {
            failure = new AddressFailure(AddressFailureKind.BadValue, number, protocol);
            return false;
        }

        part = new AddressPart(protocol, (ushort)start, (ushort)valueStart, (ushort)end);
        failure = default;
        return true;
    }
}
