namespace Causeway.Gateway.Protocol;

/// <summary>One frame from a page, read but not yet understood. The parameters are a slice of the frame.</summary>
/// <param name="RequestId">The page's counter, to be echoed.</param>
/// <param name="Method">What is asked.</param>
/// <param name="Parameters">The <c>params</c> object as it was written; empty when absent.</param>
/// <param name="IsResponse">Whether it claims to be a response; those are ignored.</param>
internal readonly record struct Envelope(long RequestId, string Method, ReadOnlyMemory<byte> Parameters, bool IsResponse);
