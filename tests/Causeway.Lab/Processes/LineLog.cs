using System.Text;

namespace Causeway.Lab.Processes;

/// <summary>The lines that a process has written, and those who wait for one. Each wait begins after the line that the one before it returned.</summary>
internal sealed class LineLog
{
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];
    private readonly List<(Func<string, bool> Matches, TaskCompletionSource<string> Found)> _waiters = [];
    private int _consumed;
    private bool _complete;

    /// <summary>Every line so far.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lock) return [.. _lines];
        }
    }

    /// <summary>Takes a line.</summary>
    public void Add(string line)
    {
        lock (_lock)
        {
            _lines.Add(line);
            for (var i = 0; i < _waiters.Count; i++)
            {
                if (!_waiters[i].Matches(line)) continue;
                _consumed = _lines.Count;
                _waiters[i].Found.TrySetResult(line);
                _waiters.RemoveAt(i);
                return;
            }
        }
    }

    /// <summary>No further line comes: whoever waits fails.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            _complete = true;
            foreach (var (_, found) in _waiters) found.TrySetException(Ended());
            _waiters.Clear();
        }
    }

    /// <summary>The next line that matches.</summary>
    /// <exception cref="LabException">The process ended without it.</exception>
    /// <exception cref="TimeoutException">It did not come in time; the message has the last lines.</exception>
    public async Task<string> WaitAsync(Func<string, bool> matches, TimeSpan timeout)
    {
        var found = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            for (var i = _consumed; i < _lines.Count; i++)
            {
                if (!matches(_lines[i])) continue;
                _consumed = i + 1;
                return _lines[i];
            }

            if (_complete) throw Ended();
            _waiters.Add((matches, found));
        }

        try
        {
            return await found.Task.WaitAsync(timeout);
        }
        catch (TimeoutException e)
        {
            lock (_lock)
            {
                _waiters.RemoveAll(w => w.Found == found);
                throw new TimeoutException($"The line did not come within {timeout.TotalSeconds} s.{Tail()}", e);
            }
        }
    }

    private LabException Ended() => new($"The process ended without the line that was waited for.{Tail()}");

    private string Tail()
    {
        var text = new StringBuilder(" It wrote:");
        foreach (var line in _lines.TakeLast(40)) text.Append('\n').Append(line);
        return text.ToString();
    }
}
