using Causeway.Apps.Bundles;

namespace Causeway.Cli.Apps;

/// <summary>A file of a bundle that was chosen.</summary>
/// <param name="Entry">The file.</param>
/// <param name="Name">Its path where it is copied to.</param>
internal sealed record SelectedEntry(BundleEntry Entry, string Name);
