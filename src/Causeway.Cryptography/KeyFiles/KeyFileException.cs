namespace Causeway.Cryptography.KeyFiles;

/// <summary>A key file cannot be used. The message is a sentence that says what to do next, without the file's path and without any secret.</summary>
public sealed class KeyFileException : Exception
{
    /// <summary>A failure without a reason.</summary>
    public KeyFileException()
    {
    }

    /// <summary>A failure with its reason, one sentence.</summary>
    public KeyFileException(string message)
        : base(message)
    {
    }

    /// <summary>A failure with its reason, one sentence, and what caused it.</summary>
    public KeyFileException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>A failure of a certain kind.</summary>
    public KeyFileException(KeyFileError error, string message, Exception? innerException = null)
        : base(message, innerException) => Error = error;

    /// <summary>What went wrong.</summary>
    public KeyFileError Error { get; }
}
