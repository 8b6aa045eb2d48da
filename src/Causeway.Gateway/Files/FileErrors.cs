using Causeway.Gateway.Protocol;
using Causeway.Ipfs;
using Causeway.Multiformats;

namespace Causeway.Gateway.Files;

/// <summary>What users are told when something about files does not work out.</summary>
internal static class FileErrors
{
    /// <summary>How the message begins where there is nothing at a path.</summary>
    public const string NotFound = "file not found";

    /// <summary>An error for whoever asked for a path.</summary>
    public static GatewayException Of(IpfsException e, string path) => e.Error switch
    {
        IpfsError.PathNotFound => new(GatewayErrorCode.Conflict, $"{NotFound}: {path}", e),
        IpfsError.WrongKind => new(GatewayErrorCode.Conflict, $"a file is where a directory is needed, or the other way round: {path}", e),
        IpfsError.QuotaExceeded => new(GatewayErrorCode.QuotaExceeded, $"the gateway has no room for {path}: {e.Message}", e),
        IpfsError.TooLarge => new(GatewayErrorCode.TooLarge, $"{path}: {e.Message}", e),
        _ => new(GatewayErrorCode.Failed, $"{path}: {e.Message}", e),
    };

    /// <summary>A file does not fit into a message.</summary>
    public static IpfsException TooLong(Cid cid, long size, long max) => new(IpfsError.TooLarge, $"{cid} has {size} bytes, and a message takes {max}; download it from /ipfs/{cid}");

    /// <summary>A folder does not fit into a message.</summary>
    public static IpfsException TooManyNames(Cid cid, int max) => new(IpfsError.TooLarge, $"{cid} has more than {max} names");
}
