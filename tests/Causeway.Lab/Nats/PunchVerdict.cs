namespace Causeway.Lab.Nats;

/// <summary>Whether two sites can have a direct connection in principle.</summary>
/// <param name="IsPossible">Whether they can.</param>
/// <param name="Reason">Why, or why not.</param>
public sealed record PunchVerdict(bool IsPossible, string Reason)
{
    /// <inheritdoc/>
    public override string ToString() => $"{(IsPossible ? "yes" : "no")}: {Reason}";
}
