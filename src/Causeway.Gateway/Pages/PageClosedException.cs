namespace Causeway.Gateway.Pages;

/// <summary>The page has gone while something was on its way to it.</summary>
internal sealed class PageClosedException() : Exception("the page is gone");
