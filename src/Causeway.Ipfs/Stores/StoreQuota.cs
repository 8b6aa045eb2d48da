namespace Causeway.Ipfs.Stores;

/// <summary>What is said when a store is full.</summary>
internal static class StoreQuota
{
    public static IpfsException Exceeded(long maxBytes) => new(
        IpfsError.QuotaExceeded, $"The store may hold {maxBytes} bytes, and has no room for more. Remove pins and collect garbage, or raise its limit.");
}
