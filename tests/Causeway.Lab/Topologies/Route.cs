namespace Causeway.Lab.Topologies;

/// <summary>A static route.</summary>
/// <param name="Destination">A prefix such as <c>45.77.1.0/24</c>, or <c>default</c>.</param>
/// <param name="Via">The address of the next router; its family says which table <c>default</c> means.</param>
public sealed record Route(string Destination, string Via);
