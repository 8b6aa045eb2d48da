namespace Causeway.Multiformats.Addresses;

/// <summary>A row of the multiaddr protocol table. There is one instance per protocol, compared by reference.</summary>
internal sealed class AddressProtocol(string name, int code, int size, AddressValue? value = null, bool isPath = false)
{
    /// <summary>The size of values that carry a length prefix.</summary>
    public const int Variable = -1;

    /// <summary>The name in text.</summary>
    public string Name { get; } = name;

    /// <summary>The code in bytes.</summary>
    public int Code { get; } = code;

    /// <summary>The value's size in bytes; 0 for none, <see cref="Variable"/> for a length prefix.</summary>
    public int Size { get; } = size;

    /// <summary>How the value is written; null for none.</summary>
    public AddressValue? Value { get; } = value;

    /// <summary>Whether the value takes the rest of the address.</summary>
    public bool IsPath { get; } = isPath;
}
