using System.Net;
using Causeway.Hosting.Logging;
using Causeway.Hosting.Servers;
using Microsoft.Extensions.Logging;

namespace Causeway.Hosting.Tests.Logging;

public sealed class ConsoleLogTests
{
    [Theory]
    [InlineData(0, "warning: w\nerror: e\n")]
    [InlineData(1, "i\nwarning: w\nerror: e\n")]
    public void More_is_said_when_more_is_asked_for(int verbosity, string expected)
        => Assert.Equal(expected, Write(verbosity, "Causeway.Test"));

    [Fact]
    public void Details_bring_time_and_category()
    {
        var lines = Write(3, "Causeway.Some.Category").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(5, lines.Length);
        Assert.All(lines, l => Assert.Matches(@"^\d\d:\d\d:\d\d\.\d{3} .*\(Category\)$", l));
    }

    [Fact]
    public void The_web_server_speaks_one_level_later() => Assert.Equal("warning: w\nerror: e\n", Write(1, "Microsoft.AspNetCore.Hosting"));

    [Fact]
    public async Task An_address_with_a_secret_in_it_is_not_logged()
    {
        using var writer = new StringWriter { NewLine = "\n" };
        using var factory = ConsoleLog.CreateFactory(writer, 3);
        await using (var server = await LocalServer.StartAsync(new LocalServerOptions { Addresses = [IPAddress.Loopback], Port = 0 }, _ => { }, factory))
        {
            using var client = new HttpClient();
            using var response = await client.GetAsync(new Uri($"http://127.0.0.1:{server.Port}/?token=secret-of-this-launch"));
        }

        Assert.NotEmpty(writer.ToString());
        Assert.DoesNotContain("secret-of-this-launch", writer.ToString());
    }

    [Theory]
    [InlineData("plain – ←", "plain – ←\n")]
    [InlineData("a\nwarning: forged", "a\n    warning: forged\n")]
    [InlineData("a\r\nb\u0085c\u2028d", "a\n    b\n    c\n    d\n")]
    [InlineData("\u001b[2Jcleared\u009b", "\\u001b[2Jcleared\\u009b\n")]
    [InlineData("\u202egnp.exe", "\\u202egnp.exe\n")]
    public void What_others_said_forges_no_lines_and_commands_no_terminal(string said, string expected)
    {
        using var writer = new StringWriter { NewLine = "\n" };
        using var factory = ConsoleLog.CreateFactory(writer, 1);
        factory.CreateLogger("X").Log(LogLevel.Information, default, said, null, static (text, _) => text);
        Assert.Equal(expected, writer.ToString());
    }

    [Fact]
    public void A_prefix_stands_before_every_message()
    {
        using var writer = new StringWriter { NewLine = "\n" };
        using var factory = ConsoleLog.CreateFactory(writer, 1);
        using var prefixed = new PrefixLoggerFactory(factory, "[peer-a] ");
        prefixed.CreateLogger("X").LogInformation("hello you");
        Assert.Equal("[peer-a] hello you\n", writer.ToString());
    }

    private static string Write(int verbosity, string category)
    {
        using var writer = new StringWriter { NewLine = "\n" };
        using var factory = ConsoleLog.CreateFactory(writer, verbosity);
        var logger = factory.CreateLogger(category);
        logger.LogTrace("t");
        logger.LogDebug("d");
        logger.LogInformation("i");
        logger.LogWarning("w");
        logger.LogError("e");
        return writer.ToString();
    }
}
