namespace Causeway.Tunnel.Rosters.Evaluation;

/// <summary>A peer that entries of a segment are by or about.</summary>
internal sealed class SegmentPeer(bool isMember, ulong? administratorSince)
{
    /// <summary>Whether it is a member at the beginning of the segment.</summary>
    public bool IsMember => isMember;

    /// <summary>The height of what makes it an administrator at the beginning of the segment.</summary>
    public ulong? AdministratorSince => administratorSince;

    /// <summary>The segment's grants for it.</summary>
    public List<int> Grants { get; } = [];

    /// <summary>The segment's ADD entries about it.</summary>
    public List<int> Admissions { get; } = [];

    /// <summary>The revocations of it that are assumed to be in effect.</summary>
    public List<int> Revocations { get; } = [];

    /// <summary>Those among them that remove it.</summary>
    public List<int> Removals { get; } = [];

    public void Clear()
    {
        Revocations.Clear();
        Removals.Clear();
    }

    public void Revoke(int position, bool isRemoval)
    {
        Revocations.Add(position);
        if (isRemoval) Removals.Add(position);
    }
}
