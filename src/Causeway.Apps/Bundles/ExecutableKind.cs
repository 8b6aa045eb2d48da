namespace Causeway.Apps.Bundles;

/// <summary>What an executable needs in order to run.</summary>
public enum ExecutableKind
{
    /// <summary>It is not a .NET program in one file.</summary>
    NotOneFile,

    /// <summary>One file, which needs .NET on the machine.</summary>
    NeedsRuntime,

    /// <summary>One file that needs nothing, but another program.</summary>
    OtherProgram,

    /// <summary>causeway in one file that needs nothing.</summary>
    SelfContained,
}
