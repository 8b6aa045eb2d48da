namespace Causeway.Multiformats.Addresses;

/// <summary>Where one part lies in the bytes of an address.</summary>
internal readonly record struct AddressPart(AddressProtocol Protocol, ushort Start, ushort ValueStart, ushort End);
