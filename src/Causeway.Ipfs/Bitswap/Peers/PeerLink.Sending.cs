using System.Diagnostics;
using Causeway.Ipfs.Bitswap.Server;
using Causeway.Ipfs.Bitswap.Wire;
using Causeway.Libp2p.Streams;

namespace Causeway.Ipfs.Bitswap.Peers;

/// <content>What the peer gets. The stream is opened when there is something to say, and closed when there has been nothing for a while.</content>
internal sealed partial class PeerLink
{
    // After so many failures in a row the peer is taken not to speak the protocol.
    private const int MaxFailures = 3;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);

    private Libp2pStream? _stream;
    private int _failures;

    private async Task SendAllAsync()
    {
        try
        {
            while (true)
            {
                await WaitForWorkAsync();
                _work.Reader.TryRead(out _);
                while (await SendOneAsync())
                {
                    // There is more.
                }
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Disposed.
        }
        catch (Exception error)
        {
            _exchange.Logger.ProcessingFailed(Peer, error);
        }
        finally
        {
            if (_stream is not null) await _stream.DisposeAsync();
        }
    }

    private async Task WaitForWorkAsync()
    {
        var work = _work.Reader.WaitToReadAsync(_stopping.Token);
        if (work.IsCompleted || _stream is not { } stream)
        {
            await work;
            return;
        }

        // WaitAsync leaves the first wait behind; it is the one that ends when there is something to do.
        var waiting = work.AsTask();
        try
        {
            await waiting.WaitAsync(_exchange.Options.StreamIdleTimeout, _exchange.Time, _stopping.Token);
        }
        catch (TimeoutException)
        {
            _stream = null;
            if (Interlocked.Exchange(ref _isBusy, 0) != 0) _exchange.Weigh(Peer, 0);
            stream.CompleteWrites();
            await stream.DisposeAsync();
            await waiting;
        }
    }

    // False where there is nothing to send now.
    private async ValueTask<bool> SendOneAsync()
    {
        if (_stream is { WritesClosed.IsCompleted: true }) await LoseStreamAsync();
        var taken = new List<TakenWant>();
        var message = await _exchange.ComposeAsync(this, taken, _stopping.Token);
        if (message.IsEmpty) return false;
        var started = Stopwatch.GetTimestamp();
        try
        {
            using var patience = new CancellationTokenSource(_exchange.Options.SendTimeout, _exchange.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _stopping.Token);
            _stream ??= await OpenAsync(either.Token);
            await message.WriteAsync(_stream, either.Token);
        }
        catch (Exception error) when (!_stopping.IsCancellationRequested)
        {
            await FailAsync(error, taken);
            return true;
        }

        _failures = 0;
        BitswapMetrics.SendTimes.Record(Stopwatch.GetElapsedTime(started).TotalSeconds);
        _exchange.OnSent(this, message);
        return true;
    }

    private async ValueTask<Libp2pStream> OpenAsync(CancellationToken cancellationToken)
    {
        var stream = await _exchange.OpenStreamAsync(Peer, cancellationToken);
        _exchange.Logger.StreamOpened(Peer);

        // A peer that resets it may not have read all: it is told again, at once.
        _ = stream.WritesClosed.ContinueWith(
            static (_, link) => ((PeerLink)link!).Kick(), this, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return stream;
    }

    private async ValueTask FailAsync(Exception error, List<TakenWant> taken)
    {
        _exchange.Logger.SendFailed(Peer, error.Message);
        _exchange.OnLost(taken);
        await LoseStreamAsync();
        if (++_failures >= MaxFailures)
        {
            _failures = 0;
            _exchange.GiveUp(this);
            return;
        }

        await Task.Delay(FirstPause * (1 << (_failures - 1)), _exchange.Time, _stopping.Token);
    }

    private async ValueTask LoseStreamAsync()
    {
        if (_stream is not { } stream) return;
        _stream = null;
        stream.Abort();
        await stream.DisposeAsync();
        _exchange.TellAgain(this);
    }
}
