namespace Causeway.Ipfs.Car;

/// <summary>Versions of the archive format (ipld/ipld, <c>specs/transport/car</c>).</summary>
public enum CarVersion
{
    /// <summary>A header and blocks, written and read in one go.</summary>
    V1 = 1,

    /// <summary>Version 1 within bounds, and an index of where blocks begin.</summary>
    V2 = 2,
}
