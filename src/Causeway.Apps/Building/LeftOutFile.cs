namespace Causeway.Apps.Building;

/// <summary>A file or folder that does not go into a bundle.</summary>
/// <param name="Path">Its path in the site's folder; a folder's ends with <c>/</c>.</param>
/// <param name="Reason">Why, as a noun: "a private key".</param>
public sealed record LeftOutFile(string Path, string Reason);
