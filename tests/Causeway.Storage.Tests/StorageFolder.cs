namespace Causeway.Storage.Tests;

/// <summary>A folder for databases that lives as long as a test.</summary>
internal sealed class StorageFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("causeway-storage-");

    public static CancellationToken Patience => new CancellationTokenSource(TimeSpan.FromSeconds(Soak.Count(60, 300))).Token;

    /// <summary>Notes with a text; what most tests use.</summary>
    public static DatabaseSchema Notes { get; } = new(0x4E4F5445, "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE)");

    public string Path => _folder.FullName;

    public string At(string name) => System.IO.Path.Combine(Path, name);

    public Task<Database> OpenAsync(string name = "notes.db", DatabaseSchema? schema = null, DatabaseOptions? options = null) =>
        Database.OpenAsync(At(name), schema ?? Notes, options ?? new DatabaseOptions { Durability = Durability.Process }, Patience);

    public void Dispose() => _folder.Delete(recursive: true);

    public static void Add(Transaction transaction, string text)
    {
        using var insert = transaction.Prepare("INSERT INTO notes (text) VALUES (?1)");
        insert.Bind(1, text).Execute();
    }

    public static List<string> All(Transaction transaction)
    {
        var found = new List<string>();
        using var query = transaction.Prepare("SELECT text FROM notes ORDER BY id");
        while (query.Step()) found.Add(query.GetString(0)!);
        return found;
    }
}
