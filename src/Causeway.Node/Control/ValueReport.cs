namespace Causeway.Node.Control;

/// <summary>A record of the DHT.</summary>
/// <param name="Key">Its key, such as <c>/ipns/…</c>.</param>
/// <param name="Value">Its value; base64 in JSON.</param>
public sealed record ValueReport(string Key, byte[] Value);
