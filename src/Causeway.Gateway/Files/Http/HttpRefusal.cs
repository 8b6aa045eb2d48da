using Causeway.Gateway.Protocol;
using Causeway.Ipfs;
using Causeway.Libp2p;
using Microsoft.AspNetCore.Http;

namespace Causeway.Gateway.Files.Http;

/// <summary>A request for files that is answered with an error: a status, and JSON that says why.</summary>
internal sealed class HttpRefusal(int status, string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>The response's status.</summary>
    public int Status { get; } = status;

    /// <summary>What a failure is over HTTP; null for one that is no user's business.</summary>
    public static HttpRefusal? For(Exception e) => e switch
    {
        HttpRefusal refusal => refusal,
        IpfsException ipfs => new HttpRefusal(StatusOf(ipfs.Error), ipfs.Message, ipfs),
        GatewayException gateway => new HttpRefusal(gateway.InnerException is IpfsException { Error: IpfsError.PathNotFound } ? StatusCodes.Status404NotFound : StatusOf(gateway), gateway.Message, gateway),
        BadHttpRequestException bad => new HttpRefusal(bad.StatusCode, bad.Message, bad),
        Libp2pException network => new HttpRefusal(StatusCodes.Status502BadGateway, network.Message, network),
        OperationCanceledException ended => new HttpRefusal(StatusCodes.Status503ServiceUnavailable, "the page is going, or a later request has taken the place of this one", ended),
        TimeoutException late => new HttpRefusal(StatusCodes.Status504GatewayTimeout, late.Message, late),
        _ => null,
    };

    private static int StatusOf(GatewayException e) => e.Code switch
    {
        GatewayErrorCode.Conflict when e.Message.StartsWith(FileErrors.NotFound, StringComparison.Ordinal) => StatusCodes.Status404NotFound,
        GatewayErrorCode.NoPeer => StatusCodes.Status401Unauthorized,
        _ => (int)e.Code,
    };

    private static int StatusOf(IpfsError error) => error switch
    {
        IpfsError.BlockNotFound => StatusCodes.Status504GatewayTimeout,
        IpfsError.PathNotFound => StatusCodes.Status404NotFound,
        IpfsError.WrongKind => StatusCodes.Status409Conflict,
        IpfsError.TooLarge => StatusCodes.Status413PayloadTooLarge,
        IpfsError.QuotaExceeded => StatusCodes.Status507InsufficientStorage,
        _ => StatusCodes.Status502BadGateway,
    };
}
