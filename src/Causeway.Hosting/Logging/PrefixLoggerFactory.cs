using Microsoft.Extensions.Logging;

namespace Causeway.Hosting.Logging;

/// <summary>Makes loggers that put a prefix before every message. The inner factory stays its owner's.</summary>
public sealed class PrefixLoggerFactory(ILoggerFactory inner, string prefix) : ILoggerFactory
{
    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new PrefixLogger(inner.CreateLogger(categoryName), prefix);

    /// <inheritdoc/>
    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("Providers are added to the inner factory.");

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
