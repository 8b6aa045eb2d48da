namespace Causeway.Ipfs;

/// <summary>Something about a block, a file or an archive did not work out. The message says what, and names the CID or path.</summary>
public sealed class IpfsException(IpfsError error, string message, Exception? innerException = null) : IOException(message, innerException)
{
    /// <summary>What kind of failure it was.</summary>
    public IpfsError Error { get; } = error;
}

/// <summary>Kinds of failure.</summary>
public enum IpfsError
{
    /// <summary>The block is not here, or nobody who was asked has it.</summary>
    BlockNotFound,

    /// <summary>Bytes do not have the hash that their CID names.</summary>
    HashMismatch,

    /// <summary>Bytes are not what their codec asks for.</summary>
    Malformed,

    /// <summary>A codec, hash function or feature that is not supported here.</summary>
    NotSupported,

    /// <summary>A block, file, depth or count is over its limit.</summary>
    TooLarge,

    /// <summary>The store's quota does not allow for it.</summary>
    QuotaExceeded,

    /// <summary>There is nothing of that name in the folder.</summary>
    PathNotFound,

    /// <summary>A file was found where a folder was asked for, or the other way round.</summary>
    WrongKind,
}
