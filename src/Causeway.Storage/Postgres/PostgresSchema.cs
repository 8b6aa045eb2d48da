namespace Causeway.Storage.Postgres;

/// <summary>What a kind of tables looks like in PostgreSQL, and how older ones become so.</summary>
public sealed record PostgresSchema
{
    /// <summary>A schema.</summary>
    /// <param name="name">Tells these tables from others in the same namespace.</param>
    /// <param name="migrations">SQL scripts; script <c>i</c> makes version <c>i + 1</c> of version <c>i</c>. Only ever add at the end. They run in one transaction.</param>
    public PostgresSchema(string name, params IReadOnlyList<string> migrations)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
        Migrations = [.. migrations];
    }

    /// <summary>Stands in the table <c>causeway_versions</c>.</summary>
    public string Name { get; }

    /// <summary>The scripts, oldest first.</summary>
    public IReadOnlyList<string> Migrations { get; }
}
