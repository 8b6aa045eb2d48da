using Causeway.Multiformats.Hashes;

namespace Causeway.Multiformats.Addresses.Values;

/// <summary>The multihash of a TLS certificate; read in any multibase, written in base64url.</summary>
internal sealed class CertHashValue : AddressValue
{
    public override string Expected => "a multihash in multibase";

    public override bool TryEncode(ReadOnlySpan<char> text, Span<byte> destination, out int length) =>
        Multibase.TryDecode(text, destination, out length) && IsValid(destination[..length]);

    public override bool IsValid(ReadOnlySpan<byte> value) => MultihashReader.TryRead(value, out _, out _, out var length) && length == value.Length;

    public override string Format(ReadOnlySpan<byte> value) => Multibase.Encode(value, MultibaseEncoding.Base64Url);
}
