using Causeway.Lab.Nats;

namespace Causeway.Lab.Tests.Reach;

/// <summary>One cell of a matrix: what each of the two is behind.</summary>
internal sealed record ReachCell(NatProfile Left, NatProfile Right)
{
    /// <summary>What <c>./test</c> has time for: every reason of the table once, two layers, and what blocks UDP.</summary>
    public static IReadOnlyList<ReachCell> Share { get; } =
    [
        new(NatProfiles.Home, NatProfiles.Carrier),
        new(NatProfiles.None, NatProfiles.Symmetric),
        new(NatProfiles.Symmetric, NatProfiles.Find("eim-adf")),
        new(NatProfiles.Find("eim-adf"), NatProfiles.Symmetric),
        new(NatProfiles.Find("apdm-eif"), NatProfiles.Home),
        new(NatProfiles.Symmetric, NatProfiles.Home),
        new(NatProfiles.UdpBlocked, NatProfiles.Open),
        new(NatProfiles.Only443, NatProfiles.Home),
        new(NatProfiles.CarrierSymmetric, NatProfiles.Symmetric),

        // Both let in who dials back to test them, and not each other.
        new(NatProfiles.Find("adm-adf"), NatProfiles.Find("apdm-adf")),
    ];

    /// <summary>Everything, in both orders: who is behind what is not the same to both, where one of them begins.</summary>
    public static IReadOnlyList<ReachCell> All { get; } =
        [.. from left in NatProfiles.All from right in NatProfiles.All where !IsAlias(left) && !IsAlias(right) select new ReachCell(left, right)];

    /// <summary>The cells to run now.</summary>
    public static IReadOnlyList<ReachCell> Now => Soak.IsOn ? All : Share;

    /// <summary>What the table says.</summary>
    public PunchVerdict Expected => HolePunching.Tcp(Left, Right);

    // Symmetric and endpoint-independent are the same as two of the combinations; a hairpin is of no use between two sites.
    private static bool IsAlias(NatProfile profile) => profile.Name is "eim-eif" or "apdm-apdf" or "hairpin";

    /// <inheritdoc/>
    public override string ToString() => $"{Left} × {Right}";
}
