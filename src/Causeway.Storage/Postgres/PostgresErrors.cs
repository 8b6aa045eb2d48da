using System.Data.Common;
using System.Net.Sockets;
using Npgsql;

namespace Causeway.Storage.Postgres;

/// <summary>What PostgreSQL's failures mean to users.</summary>
internal static class PostgresErrors
{
    /// <summary>Whether the same work may well succeed when it is done again: another transaction stood in its way.</summary>
    public static bool IsConflict(Exception error) =>
        error is PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure };

    public static StorageException For(DbException error)
    {
        var kind = KindOf(error);
        var advice = kind switch
        {
            StorageError.Inaccessible => "PostgreSQL cannot be reached, or refuses this user. Check that it runs, and the connection string.",
            StorageError.Full => "PostgreSQL has no room left on its disk. Free some and try again; what was stored before is intact.",
            StorageError.Busy => "PostgreSQL is too busy. Try again later, or allow for more connections.",
            StorageError.Constraint => "A value does not fit to what PostgreSQL holds.",
            _ => "PostgreSQL could not do what it was asked.",
        };
        return new StorageException(kind, $"{advice} {error.Message}", innerException: error);
    }

    // postgresql.org/docs/current/errcodes-appendix.html: the first two characters are the class.
    private static StorageError KindOf(DbException error) => (error as PostgresException)?.SqlState switch
    {
        PostgresErrorCodes.DiskFull => StorageError.Full,
        PostgresErrorCodes.TooManyConnections or PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected => StorageError.Busy,
        { } state when state.StartsWith("08", StringComparison.Ordinal) || state.StartsWith("28", StringComparison.Ordinal)
            || state.StartsWith("3D", StringComparison.Ordinal) || state.StartsWith("57P", StringComparison.Ordinal) => StorageError.Inaccessible,
        { } state when state.StartsWith("23", StringComparison.Ordinal) => StorageError.Constraint,
        null when error.InnerException is SocketException or IOException or TimeoutException => StorageError.Inaccessible,
        _ => StorageError.Other,
    };
}
