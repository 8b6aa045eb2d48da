using System.Security.Cryptography;
using Causeway.Libp2p.Connections;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Security;
using Causeway.Multiformats;

namespace Causeway.Libp2p.HolePunching;

/// <content>The moment at which both sides dial.</content>
public sealed partial class HolePuncher
{
    // A refusal comes from a NAT or host that the other side's SYN has not opened yet, a little later it may have. The pause doubles: whoever names
    // somebody else's addresses must not have us knock there a hundred times.
    private const int ShortestPause = 25;
    private const int LongestPause = 100;
    private const int MostDoublings = 4;

    /// <summary>Dials every address, again and again, until there is a direct connection (theirs may come in as well) or the time is over.</summary>
    private async Task<bool> DialAsync(PeerId peer, List<Multiaddress> addresses, ConnectionRole role)
    {
        using var limit = new CancellationTokenSource(_options.AttemptTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _stop.Token);
        var connected = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Watch(HostEvent change)
        {
            if (change is HostEvent.ConnectionOpened { Connection: { IsRelayed: false } opened } && opened.RemotePeer.Equals(peer)) connected.TrySetResult();
        }

        using var expecting = role == ConnectionRole.Initiator ? (_host as Host)?.ExpectAsInitiator(addresses) : null;
        _host.Changed += Watch;
        try
        {
            if (IsDirect(peer)) return true;
            var dials = addresses.ConvertAll(address => DialAsync(peer, address, role, either.Token));
            await Task.WhenAny(connected.Task, Task.WhenAll(dials));
            await either.CancelAsync();
            await Task.WhenAll(dials);
        }
        finally
        {
            _host.Changed -= Watch;
        }

        _stop.Token.ThrowIfCancellationRequested();
        return IsDirect(peer);
    }

    private async Task DialAsync(PeerId peer, Multiaddress address, ConnectionRole role, CancellationToken cancellationToken)
    {
        var options = new ConnectOptions { Addresses = [address], Role = role, RequireDirect = true };
        for (var refusals = 0; !cancellationToken.IsCancellationRequested; refusals++)
        {
            try
            {
                await _host.ConnectAsync(peer, options, cancellationToken);
                return;
            }
            catch (Libp2pException error) when (error.Error == Libp2pError.WrongPeer)
            {
                // Somebody else lives there.
                return;
            }
            catch (Libp2pException)
            {
                var pause = TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32(ShortestPause, LongestPause) << Math.Min(refusals, MostDoublings));
                await Task.Delay(pause, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
