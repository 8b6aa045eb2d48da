namespace Causeway.Ipfs.Pins;

/// <summary>Whether an owner may have one more pin.</summary>
internal static class PinQuota
{
    /// <summary>Looks at what the owner has with the new pin.</summary>
    /// <exception cref="IpfsException"><see cref="IpfsError.QuotaExceeded"/>.</exception>
    public static void Check(Pin added, PinUsage withIt)
    {
        if (withIt.MaxBytes is { } most && withIt.Bytes > most)
        {
            throw new IpfsException(
                IpfsError.QuotaExceeded,
                $"{added.Key.Root} has {added.Bytes} bytes, and {(added.Key.Owner.Length == 0 ? "this node" : added.Key.Owner)} may pin {most} in all, of which "
                + $"{withIt.Bytes - added.Bytes} are used. Remove pins, or raise the limit.");
        }
    }
}
