namespace Causeway.Cryptography.KeyFiles;

/// <summary>Why a key file could not be used.</summary>
public enum KeyFileError
{
    /// <summary>There is no such file, or it cannot be read or written.</summary>
    Inaccessible,

    /// <summary>A file of this name exists already; keys are never overwritten.</summary>
    Exists,

    /// <summary>Others than its owner may read or write the file.</summary>
    TooOpen,

    /// <summary>The file is something else than a key file, or one of a later version.</summary>
    NotAKeyFile,

    /// <summary>The file was a key file, but its bytes changed.</summary>
    Damaged,

    /// <summary>The file's protection is weaker than what is accepted, or would take too long.</summary>
    Protection,

    /// <summary>The key is encrypted, and no passphrase was given.</summary>
    PassphraseNeeded,

    /// <summary>The passphrase is not the one that the key was encrypted under.</summary>
    PassphraseWrong,

    /// <summary>The passphrase is right, but somebody changed the file and its checksum with it.</summary>
    Tampered,

    /// <summary>The file holds a key for another purpose.</summary>
    OtherKind,
}
