using System.Net.Sockets;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Connections.Dialing;

/// <summary>
/// Turns addresses that start with a name into addresses that can be dialed (libp2p specs, <c>addressing/README.md</c>; multiformats, <c>multiaddr/protocols/DNSADDR.md</c>):
/// <c>/dns…/name/rest</c> becomes <c>/ip…/address/rest</c> for each address of the name, <c>/dnsaddr/name</c> what its texts say. For one dial; bounded in depth, width and
/// questions, since what names lead to is somebody else's to say.
/// </summary>
/// <param name="canDial">Whether a transport wants an address as it is.</param>
/// <param name="resolver">Who is asked.</param>
/// <param name="peer">Whom the addresses must be for; null for anybody.</param>
internal sealed class AddressResolution(Func<Multiaddress, bool> canDial, INameResolver resolver, PeerId? peer)
{
    // One name can stand for many machines; a dial tries a few.
    private const int MostPerName = 8;

    // The public bootstrap list has two levels of names; go-libp2p follows four.
    private const int MostLevels = 4;
    private const int MostTexts = 64;
    private const int MostQuestions = 64;
    private const string TextPrefix = "dnsaddr=";

    private int _questions;

    /// <summary>Resolves addresses, side by side and in their order. Names still unresolved when the token fires are left out.</summary>
    public async Task<List<Multiaddress>> ResolveAsync(IEnumerable<Multiaddress> addresses, CancellationToken cancellationToken)
    {
        var resolved = await Task.WhenAll(addresses.Select(address => ExpandAsync(address, [], cancellationToken)));
        return [.. resolved.SelectMany(static found => found).Distinct()];
    }

    private async Task<IEnumerable<Multiaddress>> ExpandAsync(Multiaddress address, string[] names, CancellationToken cancellationToken)
    {
        if (address.IsEmpty) return [];
        if (canDial(address)) return [address];
        return address.Components[0] switch
        {
            { Protocol: "dns", Value: { } name } => await WithAddressesAsync(address, name, AddressFamily.Unspecified, cancellationToken),
            { Protocol: "dns4", Value: { } name } => await WithAddressesAsync(address, name, AddressFamily.InterNetwork, cancellationToken),
            { Protocol: "dns6", Value: { } name } => await WithAddressesAsync(address, name, AddressFamily.InterNetworkV6, cancellationToken),
            { Protocol: "dnsaddr", Value: { } name } => await FromTextsAsync(address, name, names, cancellationToken),
            _ => [],
        };
    }

    private async Task<IEnumerable<Multiaddress>> WithAddressesAsync(Multiaddress address, string name, AddressFamily family, CancellationToken cancellationToken)
    {
        var found = await AskAsync(token => resolver.ResolveAsync(name, family, token), cancellationToken);
        return found
            .Where(ip => family == AddressFamily.Unspecified || ip.AddressFamily == family)
            .Take(MostPerName)
            .Select(ip => NamedAddress.WithAddress(address, name, ip))
            .OfType<Multiaddress>()
            .Where(canDial);
    }

    private async Task<IEnumerable<Multiaddress>> FromTextsAsync(Multiaddress address, string name, string[] names, CancellationToken cancellationToken)
    {
        // A name that leads back to itself leads nowhere.
        if (names.Length == MostLevels || names.Contains(name, StringComparer.OrdinalIgnoreCase)) return [];
        var texts = await AskAsync(token => resolver.ResolveTextAsync("_dnsaddr." + name, token), cancellationToken);
        var leads = texts.Take(MostTexts).Select(text => NamedAddress.FromText(address, text, TextPrefix)).OfType<Multiaddress>().Where(IsWanted);
        var found = await Task.WhenAll(leads.Select(lead => ExpandAsync(lead, [.. names, name], cancellationToken)));
        return found.SelectMany(static addresses => addresses);
    }

    private bool IsWanted(Multiaddress address) => peer is null || address.PeerId is not { } named || named.Equals(peer);

    private async Task<IReadOnlyList<T>> AskAsync<T>(Func<CancellationToken, ValueTask<IReadOnlyList<T>>> ask, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _questions) > MostQuestions) return [];
        try
        {
            return await ask(cancellationToken).AsTask().WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return [];
        }
    }
}
