namespace Causeway.Ipfs.Dag.Pb;

/// <summary>Why a block is no DAG-PB node.</summary>
internal readonly record struct DagPbFailure(IpfsError Error, string Reason)
{
    public static DagPbFailure Malformed(string reason) => new(IpfsError.Malformed, reason);

    public IpfsException ToException() => new(Error, $"The block is not a DAG-PB node: {Reason}.");
}
