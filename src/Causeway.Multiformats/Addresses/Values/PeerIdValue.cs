using Causeway.Multiformats.Bases;
using Causeway.Multiformats.Peers;

namespace Causeway.Multiformats.Addresses.Values;

/// <summary>A peer ID; read in both text forms, written in base58btc.</summary>
internal sealed class PeerIdValue : AddressValue
{
    public override string Expected => "a peer ID such as 12D3Koo…, Qm… or bafz…";

    public override bool TryEncode(ReadOnlySpan<char> text, Span<byte> destination, out int length) => PeerId.TryRead(text, destination, out length);

    public override bool IsValid(ReadOnlySpan<byte> value) => PeerIdRules.IsValid(value);

    public override string Format(ReadOnlySpan<byte> value) => BaseCodecs.Base58.Encode(value, default);
}
