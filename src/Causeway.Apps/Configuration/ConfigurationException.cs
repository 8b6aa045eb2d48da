namespace Causeway.Apps.Configuration;

/// <summary>A configuration that makes no sense; the message says what to do.</summary>
/// <param name="line">Where, from 1 on.</param>
/// <param name="message">What is wrong.</param>
/// <param name="innerException">What said so.</param>
public sealed class ConfigurationException(int line, string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>The line, from 1 on.</summary>
    public int Line { get; } = line;
}
