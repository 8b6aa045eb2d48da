namespace Causeway.Storage.Tests;

public sealed class StatementTests : IAsyncLifetime
{
    private static readonly DatabaseSchema Values = new(0x56414C53, "CREATE TABLE items (id INTEGER PRIMARY KEY, value)");

    private readonly StorageFolder _folder = new();
    private Database _database = null!;

    public async ValueTask InitializeAsync() => _database = await _folder.OpenAsync(schema: Values);

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5_000_000)]
    public async Task Blobs_come_back_as_they_were(int length)
    {
        var blob = new byte[length];
        new Random(1).NextBytes(blob);
        await InsertAsync((ref Statement s) => s.Bind(1, blob));
        Assert.True(_database.Read(transaction =>
        {
            using var query = transaction.Prepare("SELECT value, typeof(value) FROM items");
            Assert.True(query.Step());
            Assert.Equal("blob", query.GetString(1));
            return query.GetBlob(0).SequenceEqual(blob);
        }));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5_000_000)]
    public async Task Blobs_that_are_not_copied_come_back_as_they_were_and_do_not_stay_bound(int length)
    {
        var blob = new byte[length];
        new Random(1).NextBytes(blob);
        await _database.WriteAsync(transaction =>
        {
            using var insert = transaction.Prepare("INSERT INTO items (value) VALUES (?1)");
            Assert.Equal(1, insert.Execute(1, blob));
            if (length > 0) insert.Execute();
        });
        Assert.True(_database.Read(transaction =>
        {
            using var query = transaction.Prepare("SELECT value, typeof(value) FROM items ORDER BY id");
            Assert.True(query.Step());
            Assert.Equal("blob", query.GetString(1));
            var isSame = query.GetBlob(0).SequenceEqual(blob);
            if (length > 0) Assert.True(query.Step() && query.IsNull(0));
            return isSame;
        }));
    }

    [Theory]
    [InlineData("")]
    [InlineData("short")]
    [InlineData("Grüße, мир, 世界, 🐙")]
    [InlineData("with\0zero")]
    public async Task Texts_come_back_as_they_were(string text)
    {
        await InsertAsync((ref Statement s) => s.Bind(1, text));
        Assert.Equal((text, "text"), Single(q => (q.GetString(1), q.GetString(2))));
    }

    [Fact]
    public async Task Long_texts_come_back_as_they_were()
    {
        var text = new string('é', 100_000);
        await InsertAsync((ref Statement s) => s.Bind(1, text));
        Assert.Equal(text, Single(q => q.GetString(1)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    public async Task Whole_numbers_come_back_as_they_were(long number)
    {
        await InsertAsync((ref Statement s) => s.Bind(1, number));
        Assert.Equal((number, "integer"), Single(q => (q.GetInt64(1), q.GetString(2))));
    }

    [Fact]
    public async Task Other_numbers_come_back_as_they_were()
    {
        await InsertAsync((ref Statement s) => s.Bind(1, 1.5e-300));
        Assert.Equal(1.5e-300, Single(q => q.GetDouble(1)));
    }

    [Fact]
    public async Task Null_is_neither_empty_nor_zero()
    {
        await InsertAsync((ref Statement s) => s.Bind(1, (string?)null));
        await InsertAsync((ref Statement s) => s.Bind(1, (byte[]?)null));
        await InsertAsync((ref Statement s) => s.BindNull(1));
        Assert.Equal(3, _database.Read(t =>
        {
            using var query = t.Prepare("SELECT value FROM items");
            var nulls = 0;
            while (query.Step())
            {
                Assert.True(query.IsNull(0));
                Assert.True(query.GetBlob(0).IsEmpty);
                Assert.Null(query.GetString(0));
                nulls++;
            }

            return nulls;
        }));
    }

    [Fact]
    public async Task A_statement_is_executed_again_and_again()
    {
        await _database.WriteAsync(t =>
        {
            using var insert = t.Prepare("INSERT INTO items (value) VALUES (?1)");
            for (var i = 0; i < 100; i++) Assert.Equal(1, insert.Bind(1, i).Execute());
        });
        Assert.Equal(100, await _database.WriteAsync(t => t.Execute("DELETE FROM items")));
    }

    [Fact]
    public void After_its_last_row_a_statement_stays_at_its_end() => Assert.False(_database.Read(t =>
    {
        using var query = t.Prepare("SELECT 1");
        Assert.True(query.Step());
        Assert.False(query.Step());
        return query.Step();
    }));

    [Fact]
    public void The_same_text_prepared_twice_at_once_is_two_statements() => Assert.Equal(6, _database.Read(t =>
    {
        using var outer = t.Prepare("SELECT 1 UNION ALL SELECT 2");
        long sum = 0;
        while (outer.Step())
        {
            using var inner = t.Prepare("SELECT 1 UNION ALL SELECT 2");
            while (inner.Step()) sum += inner.GetInt64(0);
        }

        return sum;
    }));

    [Fact]
    public void What_was_bound_before_is_gone_when_the_same_text_is_prepared_again() => _database.Read(t =>
    {
        using (var first = t.Prepare("SELECT ?1"))
        {
            first.Bind(1, "secret");
            Assert.True(first.Step());
        }

        using var second = t.Prepare("SELECT ?1");
        Assert.True(second.Step());
        Assert.True(second.IsNull(0));
        return true;
    });

    [Theory]
    [InlineData("")]
    [InlineData("-- nothing")]
    [InlineData("SELECT 1; SELECT 2")]
    public void Only_one_statement_is_taken_at_once(string sql) =>
        Assert.Throws<ArgumentException>(() => _database.Read(t => t.Execute(sql)));

    [Fact]
    public void Wrong_SQL_and_wrong_parameters_are_named()
    {
        Assert.Contains("nothing", Assert.Throws<StorageException>(() => _database.Read(t => t.Execute("SELECT * FROM nothing"))).Message);
        var range = Assert.Throws<StorageException>(() => _database.Read(t =>
        {
            using var query = t.Prepare("SELECT ?1");
            query.Bind(2, 1);
            return true;
        }));
        Assert.Equal(25, range.Code);
    }

    [Fact]
    public void A_name_in_double_quotes_is_never_a_text() =>
        Assert.Throws<StorageException>(() => _database.Read(t => t.Execute("SELECT \"mistyped\" FROM items")));

    [Fact]
    public async Task Values_past_the_limit_are_refused()
    {
        await using var small = await _folder.OpenAsync("small.db", Values, new DatabaseOptions { MaxValueBytes = 1024 });
        var failure = await Assert.ThrowsAsync<StorageException>(() => small.WriteAsync(t =>
        {
            using var insert = t.Prepare("INSERT INTO items (value) VALUES (?1)");
            insert.Bind(1, new byte[1025]).Execute();
        }));
        Assert.Equal(StorageError.TooBig, failure.Error);
    }

    [Fact]
    public void A_transaction_ends_with_its_work()
    {
        var escaped = _database.Read(t => t);
        Assert.Throws<ObjectDisposedException>(() => escaped.Execute("SELECT 1"));
    }

    [Fact]
    public void Statements_made_of_values_do_not_pile_up()
    {
        for (var i = 0; i < 1000; i++) _ = _database.Read(t => t.Execute($"SELECT {i}"));
        Assert.Equal(1, _database.Read(t => t.Execute("SELECT 1") + 1));
    }

    private delegate void Binding(ref Statement statement);

    private Task InsertAsync(Binding bind) => _database.WriteAsync(t =>
    {
        var insert = t.Prepare("INSERT INTO items (value) VALUES (?1)");
        bind(ref insert);
        insert.Execute();
    });

    private delegate T Reading<out T>(Statement row);

    private T Single<T>(Reading<T> read) => _database.Read(t =>
    {
        using var query = t.Prepare("SELECT id, value, typeof(value) FROM items");
        Assert.True(query.Step());
        return read(query);
    });
}
