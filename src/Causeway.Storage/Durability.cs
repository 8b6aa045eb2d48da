namespace Causeway.Storage;

/// <summary>What a completed write survives (sqlite.org/pragma.html#pragma_synchronous, in WAL mode).</summary>
public enum Durability
{
    /// <summary>The end of the process and of the machine's power: the disk is waited for at each commit, milliseconds for each group of writes.</summary>
    Power,

    /// <summary>
    /// The end of the process (<c>kill -9</c>). When the power fails the last writes may be gone, but the database is whole.
    /// Commits take microseconds. For what can be learnt anew.
    /// </summary>
    Process,
}
