namespace Causeway.Ipfs.Http;

/// <summary>A request that is not answered with content: the status code, and a sentence that says what to do.</summary>
public sealed class TrustlessRefusal(int status, string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>The status code, 400 to 504.</summary>
    public int Status { get; } = status;
}
