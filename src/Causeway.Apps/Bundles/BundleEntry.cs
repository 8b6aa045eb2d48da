namespace Causeway.Apps.Bundles;

/// <summary>A file in a bundle.</summary>
/// <param name="Path">Its path in the site's folder, with <c>/</c> between the segments (<see cref="BundlePath"/>).</param>
/// <param name="Offset">Where its content begins in the bundle's file.</param>
/// <param name="Length">The content's bytes.</param>
/// <param name="Hash">The content's SHA-256.</param>
public sealed record BundleEntry(string Path, long Offset, long Length, ReadOnlyMemory<byte> Hash);
