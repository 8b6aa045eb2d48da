namespace Causeway.Multiformats;

/// <summary>One part of a multiaddr: protocol name, its code, and the value's text (null where the protocol has none).</summary>
public readonly record struct MultiaddressComponent(string Protocol, int Code, string? Value);
