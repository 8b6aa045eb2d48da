using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Causeway.Network.Ethernet;
using Causeway.Tunnel.Devices;
using Causeway.Tunnel.Segmentation;

namespace Causeway.Tunnel.Tests.Daemon;

/// <summary>A device without a system: what the test sends is read, what is written the test receives.</summary>
internal sealed class FakeDevice(SegmentDeviceOptions options) : ISegmentDevice
{
    private readonly ConcurrentQueue<byte[]> _toRead = new();
    private readonly Channel<byte[]> _written = Channel.CreateUnbounded<byte[]>();
    private readonly SemaphoreSlim _ready = new(0);
    private volatile bool _isStopped;
    private volatile TaskCompletionSource? _idle;

    public string Name => options.Name;

    public int InterfaceIndex => 7;

    public MacAddress MacAddress => options.MacAddress!.Value;

    public int Mtu => options.Mtu;

    public bool HasOffload => options.Offload;

    public int MaxReadLength => VirtioNetHeader.Length + OffloadCheck.MaxFrameLength;

    public bool IsDisposed { get; private set; }

    /// <summary>What the next read throws.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Addresses that are reached through this device.</summary>
    public ConcurrentDictionary<IPAddress, byte> Routed { get; } = new();

    /// <summary>Addresses that another interface has.</summary>
    public ConcurrentDictionary<IPAddress, byte> Taken { get; } = new();

    public bool HasIPv6 { get; set; } = true;

    public IReadOnlyCollection<SegmentAddress> Addresses { get; private set; } = options.Addresses;

    /// <summary>What each thread had allocated at each call, while it is measured; frames that are written are not kept then.</summary>
    public AllocationLog? Allocations { get; set; }

    /// <summary>The machine sends a frame.</summary>
    public void Send(ReadOnlySpan<byte> frame) => Send(default, frame);

    public void Send(VirtioNetHeader header, ReadOnlySpan<byte> frame)
    {
        var bytes = new byte[VirtioNetHeader.Length + frame.Length];
        header.Write(bytes);
        frame.CopyTo(bytes.AsSpan(VirtioNetHeader.Length));
        _toRead.Enqueue(bytes);
        _ready.Release();
    }

    /// <summary>What the machine receives next: header and frame.</summary>
    public ValueTask<byte[]> ReceiveAsync() => _written.Reader.ReadAsync(TestContext.Current.CancellationToken);

    public bool TryReceive(out byte[]? frame) => _written.Reader.TryRead(out frame);

    /// <summary>Waits until everything that was sent has been read, and the reader waits for more.</summary>
    public Task WhenReadAsync()
    {
        var idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _idle = idle;
        _ready.Release();
        return idle.Task.WaitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Makes the reader look.</summary>
    public void Fail(Exception failure)
    {
        Failure = failure;
        _ready.Release();
    }

    public bool WaitForFrames(TimeSpan timeout)
    {
        if (_isStopped) return false;
        if (_toRead.IsEmpty && Failure is null)
        {
            _idle?.TrySetResult();
            _ready.Wait(timeout);
        }

        return !_isStopped;
    }

    public int TryRead(Span<byte> destination)
    {
        Allocations?.OnRead();
        if (destination.Length < MaxReadLength) throw new ArgumentException("There is too little room.", nameof(destination));
        if (Failure is { } failure) throw failure;
        if (!_toRead.TryDequeue(out var frame)) return 0;
        frame.CopyTo(destination);
        return frame.Length;
    }

    public DeviceWriteResult Write(ReadOnlySpan<byte> headerAndFrame)
    {
        if (Allocations is { } log) return log.OnWritten();
        _written.Writer.TryWrite(headerAndFrame.ToArray());
        return DeviceWriteResult.Written;
    }

    public DeviceWriteResult Write(in VirtioNetHeader header, ReadOnlySpan<byte> frame)
    {
        if (Allocations is { } log) return log.OnWritten();
        var bytes = new byte[VirtioNetHeader.Length + frame.Length];
        header.Write(bytes);
        frame.CopyTo(bytes.AsSpan(VirtioNetHeader.Length));
        return Write(bytes);
    }

    public IReadOnlyList<SegmentAddress> SetAddresses(IReadOnlyCollection<SegmentAddress> addresses)
    {
        if (addresses.FirstOrDefault(a => Taken.ContainsKey(a.Address)) is { } clash) throw new SegmentDeviceException(SegmentDeviceError.AddressClash, $"eth0 has the address {clash.Address} already.");
        Addresses = [.. addresses.Where(a => HasIPv6 || a.Address.AddressFamily == AddressFamily.InterNetwork)];
        return [.. addresses.Except(Addresses)];
    }

    public bool IsWayTo(IPAddress destination) => Routed.ContainsKey(destination);

    public void Stop()
    {
        _isStopped = true;
        _ready.Release();
    }

    public void Dispose()
    {
        Stop();
        IsDisposed = true;
    }
}
