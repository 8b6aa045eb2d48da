namespace Causeway.Storage;

/// <summary>Why a database could not do what it was asked.</summary>
public enum StorageError
{
    /// <summary>A statement is wrong, or SQLite failed in a way that has no kind of its own; see <see cref="StorageException.Code"/>.</summary>
    Other,

    /// <summary>The file or its folder cannot be opened, read or written.</summary>
    Inaccessible,

    /// <summary>The file is something else than the database that was asked for.</summary>
    NotThisDatabase,

    /// <summary>A later version of the program has written the database.</summary>
    TooNew,

    /// <summary>The database's bytes changed.</summary>
    Corrupt,

    /// <summary>No room is left on the disk, or the user's quota of it.</summary>
    Full,

    /// <summary>Another program holds the database for longer than <see cref="DatabaseOptions.BusyTimeout"/>.</summary>
    Busy,

    /// <summary>The disk failed.</summary>
    InputOutput,

    /// <summary>A constraint of the schema does not hold.</summary>
    Constraint,

    /// <summary>A value is longer than a database may hold (<see cref="DatabaseOptions.MaxValueBytes"/>).</summary>
    TooBig,
}
