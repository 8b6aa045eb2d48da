using Causeway.Lab.Sockets;

namespace Causeway.Lab.Captures;

/// <summary>Records what a device sees into a file, on a thread of its own.</summary>
internal sealed class Recorder : IDisposable
{
    private readonly PacketSocket _socket;
    private readonly Poller _poller;
    private readonly FileStream _file;
    private readonly Thread _thread;
    private volatile bool _stopping;

    /// <summary>Begins to record: every frame from now on.</summary>
    /// <param name="networkNamespace">The namespace of the device; none: this one.</param>
    /// <param name="device">The device.</param>
    /// <param name="path">The file, which is replaced.</param>
    /// <exception cref="LabException">The device does not exist or cannot be used.</exception>
    public Recorder(string? networkNamespace, string device, string path)
    {
        _socket = NetworkNamespace.Run(networkNamespace, () => PacketSocket.OpenForCapture(device));
        _poller = new Poller(_socket);
        _file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 1 << 20);
        _thread = new Thread(Run) { Name = device, IsBackground = true };
        _thread.Start();
    }

    /// <summary>Frames that the kernel could not keep; known when it has stopped.</summary>
    public long Missed { get; private set; }

    /// <summary>Frames recorded so far.</summary>
    public long Recorded { get; private set; }

    /// <summary>Records what the device has seen until now, and completes the file.</summary>
    public void Stop()
    {
        _stopping = true;
        _poller.Wake();
        _thread.Join();
        _file.Dispose();
        Missed = _socket.TakeDropped();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_stopping) Stop();
        _poller.Dispose();
        _socket.Dispose();
    }

    private void Run()
    {
        var writer = new PcapWriter(_file);
        var buffer = new byte[PcapWriter.SnapLength];
        while (true)
        {
            var last = _stopping;
            while (_socket.Receive(buffer) is var length and > 0)
            {
                writer.Write(buffer.AsSpan(0, length), DateTimeOffset.UtcNow);
                Recorded++;
            }

            if (last) return;
            _poller.Wait(null);
        }
    }
}
