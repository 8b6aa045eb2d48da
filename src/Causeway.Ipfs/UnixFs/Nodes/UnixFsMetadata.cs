using System.Runtime.InteropServices;

namespace Causeway.Ipfs.UnixFs.Nodes;

/// <summary>What a file or folder may carry beside its content.</summary>
/// <param name="Mode">All 32 bits as they are on the wire, or null.</param>
/// <param name="ModifiedTime">When it was changed, or null.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct UnixFsMetadata(uint? Mode, UnixFsTime? ModifiedTime)
{
    /// <summary>The bits that mean something: rwx three times, setuid, setgid and sticky.</summary>
    public const uint ModeMask = 0xFFF;

    private const uint DefaultFileMode = 0x1A4; // 0644
    private const uint DefaultDirectoryMode = 0x1ED; // 0755

    /// <summary>Whether there is anything.</summary>
    public bool IsEmpty => Mode is null && ModifiedTime is null;

    public static UnixFsMetadata From(int? mode, DateTimeOffset? modifiedTime) =>
        new((uint?)mode & ModeMask, modifiedTime is { } time ? UnixFsTime.From(time) : null);

    /// <summary>The mode as it is written: the usual one of its kind is left out, as Kubo and Helia do.</summary>
    public uint? WrittenMode(UnixFsType type) =>
        Mode == (type is UnixFsType.Directory or UnixFsType.HamtShard ? DefaultDirectoryMode : DefaultFileMode) ? null : Mode;
}
