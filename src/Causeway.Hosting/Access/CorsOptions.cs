namespace Causeway.Hosting.Access;

/// <summary>Which pages of other origins may read what is served (Fetch Standard, CORS protocol).</summary>
public sealed record CorsOptions
{
    /// <summary>The origin, such as <c>https://www.example.org</c>; <c>*</c> for every one.</summary>
    public required string Origin { get; init; }

    /// <summary>Methods that they may use besides GET, HEAD and POST. Default none.</summary>
    public IReadOnlyList<string> Methods { get; init; } = [];

    /// <summary>Headers that they may send. Default none.</summary>
    public IReadOnlyList<string> Headers { get; init; } = [];
}
