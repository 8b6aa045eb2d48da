namespace Causeway.Apps.Configuration;

/// <summary>A key and its value in a TOML file.</summary>
/// <param name="Key">The key with its tables, separated by dots.</param>
/// <param name="Value">A <see cref="string"/>, <see cref="long"/>, <see cref="bool"/>, or a list of them.</param>
/// <param name="Line">Where it stands, from 1 on.</param>
internal sealed record TomlEntry(string Key, object Value, int Line);
