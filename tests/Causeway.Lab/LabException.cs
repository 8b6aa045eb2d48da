namespace Causeway.Lab;

/// <summary>The lab could not do what was asked; the message says what and, where a user can mend it, how.</summary>
public sealed class LabException(string message, Exception? inner = null) : Exception(message, inner);
