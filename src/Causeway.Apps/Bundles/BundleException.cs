namespace Causeway.Apps.Bundles;

/// <summary>A file is no bundle, or a damaged one; the message says which.</summary>
public sealed class BundleException(string message, Exception? innerException = null) : Exception(message, innerException);
