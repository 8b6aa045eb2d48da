namespace Causeway.Ipfs.Dag;

/// <summary>The kinds of the IPLD data model (ipld/ipld, <c>docs/data-model/kinds.md</c>).</summary>
public enum IpldKind
{
    /// <summary>Nothing.</summary>
    Null,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>A number of IEEE 754 double precision.</summary>
    Float,

    /// <summary>Text.</summary>
    String,

    /// <summary>Bytes.</summary>
    Bytes,

    /// <summary>Values in an order.</summary>
    List,

    /// <summary>Values by name.</summary>
    Map,

    /// <summary>The CID of another block.</summary>
    Link,
}
