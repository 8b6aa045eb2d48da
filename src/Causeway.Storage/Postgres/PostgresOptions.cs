using System.Text;

namespace Causeway.Storage.Postgres;

/// <summary>Where a PostgreSQL database is, and what of it is ours.</summary>
public sealed record PostgresOptions
{
    /// <summary>The environment variable that names the database where no option does.</summary>
    public const string ConnectionVariable = "CAUSEWAY_POSTGRES";

    /// <summary>
    /// Npgsql's connection string, such as <c>Host=db.internal;Database=causeway;Username=causeway;Password=…;SSL Mode=VerifyFull</c>. It is a secret: it
    /// is not logged, nor is it in errors or in the text of these options. Default: the environment variable <c>CAUSEWAY_POSTGRES</c>.
    /// </summary>
    public string? ConnectionString { get; init; }

    /// <summary>
    /// The namespace (PostgreSQL's schema) of the tables, made where it is missing: 1 to 40 small letters, digits and underlines, a letter first. Default
    /// <c>causeway</c>.
    /// </summary>
    public string Namespace { get; init; } = "causeway";

    /// <summary>Connections at once; more work waits for one. 2 to 1000; default 16.</summary>
    public int MaxConnections { get; init; } = 16;

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">A value is out of its range; the message names it.</exception>
    public void Validate()
    {
        if (Namespace is not { Length: >= 1 and <= 40 } || !char.IsAsciiLetterLower(Namespace[0])
            || !Namespace.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_'))
        {
            throw new ArgumentException($"{nameof(Namespace)} must be 1 to 40 small letters, digits and underlines, a letter first.");
        }

        if (MaxConnections is < 2 or > 1000) throw new ArgumentException($"{nameof(MaxConnections)} must be in the range 2 to 1000.");
    }

    // Everything but the secret.
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append(System.Globalization.CultureInfo.InvariantCulture, $"{nameof(Namespace)} = {Namespace}, {nameof(MaxConnections)} = {MaxConnections}");
        return true;
    }
}
