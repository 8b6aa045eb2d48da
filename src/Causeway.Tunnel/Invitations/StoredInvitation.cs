namespace Causeway.Tunnel.Invitations;

/// <summary>An invitation in the file.</summary>
internal sealed record StoredInvitation
{
    public required string Id { get; init; }

    public required byte[] Key { get; init; }

    public required DateTimeOffset Created { get; init; }

    public required DateTimeOffset Expiry { get; init; }

    public string? Name { get; init; }

    public bool IsAdministrator { get; init; }

    public string? UsedBy { get; init; }

    public bool IsDone { get; init; }
}
