namespace Causeway.Storage;

/// <summary>What a kind of database looks like, and how older ones become so.</summary>
public sealed record DatabaseSchema
{
    /// <summary>A schema.</summary>
    /// <param name="applicationId">Tells this kind of file from all others; not 0. Four letters read well in a dump.</param>
    /// <param name="migrations">
    /// SQL scripts; script <c>i</c> makes version <c>i + 1</c> of version <c>i</c> (<c>PRAGMA user_version</c>). Only ever add at the end. They run in one
    /// transaction and contain none of their own.
    /// </param>
    public DatabaseSchema(int applicationId, params IReadOnlyList<string> migrations)
    {
        ArgumentOutOfRangeException.ThrowIfZero(applicationId);
        ApplicationId = applicationId;
        Migrations = [.. migrations];
    }

    /// <summary>Stands in the file's header (<c>PRAGMA application_id</c>).</summary>
    public int ApplicationId { get; }

    /// <summary>The scripts, oldest first.</summary>
    public IReadOnlyList<string> Migrations { get; }
}
