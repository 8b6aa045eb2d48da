namespace Causeway.Network.Dns;

/// <summary>A name could not be resolved.</summary>
/// <param name="failure">Why.</param>
/// <param name="message">The same as a sentence.</param>
/// <param name="innerException">What lies beneath, if anything.</param>
public sealed class DnsException(DnsFailure failure, string message, Exception? innerException = null) : IOException(message, innerException)
{
    /// <summary>Why.</summary>
    public DnsFailure Failure { get; } = failure;
}
