using Causeway.Hosting.Access;
using Microsoft.AspNetCore.Http;

namespace Causeway.Hosting.Tests.Access;

public sealed class OriginPolicyTests
{
    [Theory]
    [InlineData("localhost:10000", "")]
    [InlineData("localhost:10000", "http://localhost:10000")]
    [InlineData("LOCALHOST:10000", "http://localhost:10000")]
    [InlineData("127.0.0.1:10000", "http://127.0.0.1:10000")]
    [InlineData("[::1]:10000", "http://[::1]:10000")]
    [InlineData("192.168.1.5:10000", "http://192.168.1.5:10000")]
    [InlineData("chat.localhost:10000", "http://chat.localhost:10000")]
    [InlineData("localhost", "http://localhost")]
    [InlineData("localhost", "https://localhost")]
    [InlineData("localhost:10000", "https://chat.example.org")]
    [InlineData("chat.example.org", "https://chat.example.org")]
    public void Our_own_pages_and_allowed_ones_are_welcome(string host, string origin)
        => Assert.Null(new OriginPolicy(["https://chat.example.org"]).Refuse(Request(host, origin)));

    [Theory]
    [InlineData("localhost:10000", "http://localhost:10001")]
    [InlineData("localhost:10000", "http://127.0.0.1:10000")]
    [InlineData("localhost:10000", "http://evil.example")]
    [InlineData("localhost:10000", "http://localhost.evil.example:10000")]
    [InlineData("localhost:10000", "http://chat.example.org")]
    [InlineData("localhost:10000", "https://chat.example.org:444")]
    [InlineData("localhost:10000", "null")]
    [InlineData("localhost:10000", "file://")]
    [InlineData("evil.example:10000", "http://evil.example:10000")]
    [InlineData("evil.example:10000", "")]
    public void Others_are_refused_with_advice(string host, string origin)
        => Assert.Contains("--allow-origin", new OriginPolicy(["https://chat.example.org"]).Refuse(Request(host, origin)));

    [Theory]
    [InlineData("box.example.org:10000", true)]
    [InlineData("BOX.example.org.:10000", true)]
    [InlineData("other.example.org:10000", false)]
    [InlineData("example.org:10000", false)]
    public void The_machines_full_name_is_its_own(string host, bool welcome)
        => Assert.Equal(welcome, new OriginPolicy(hostName: "box.example.org").Refuse(Request(host, $"http://{host}")) is null);

    [Fact]
    public void A_star_lets_everyone_in()
        => Assert.Null(new OriginPolicy(["*"]).Refuse(Request("evil.example", "http://other.example")));

    [Theory]
    [InlineData("chat.example.org")]
    [InlineData("https://chat.example.org/path")]
    [InlineData("")]
    public void What_is_no_origin_is_explained(string text)
        => Assert.Contains("is not an origin", Assert.Throws<FormatException>(() => new OriginPolicy([text])).Message);

    private static HttpRequest Request(string host, string origin)
    {
        var request = new DefaultHttpContext().Request;
        request.Host = new HostString(host);
        if (origin.Length > 0) request.Headers.Origin = origin;
        return request;
    }
}
