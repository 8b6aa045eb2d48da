namespace Causeway.Apps.Configuration;

/// <summary>A key of the configuration file.</summary>
/// <param name="Name">Its name with its tables, such as <c>server.timeouts.read</c>.</param>
/// <param name="Type">What values it takes, for people.</param>
/// <param name="Default">The value without it, as it would be written; empty where there is none to write.</param>
/// <param name="Meaning">What it does, in Markdown.</param>
/// <param name="Apply">Reads a value into a configuration.</param>
internal sealed record SiteKey(string Name, string Type, string Default, string Meaning, Func<SiteConfiguration, SiteValue, SiteConfiguration> Apply);
