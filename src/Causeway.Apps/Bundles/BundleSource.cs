namespace Causeway.Apps.Bundles;

/// <summary>A file that goes into a bundle.</summary>
/// <param name="Path">Its path there.</param>
/// <param name="File">Where it is now.</param>
public sealed record BundleSource(string Path, string File);
