namespace Causeway.Hosting.Control;

/// <summary>A control socket cannot be made. The message is a sentence that says what to do next.</summary>
public sealed class ControlSocketException(string message, Exception? innerException = null) : IOException(message, innerException);
