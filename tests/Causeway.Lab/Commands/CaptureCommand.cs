using System.Runtime.InteropServices;
using Causeway.Lab.Captures;

namespace Causeway.Lab.Commands;

/// <summary><c>capture alice file.pcap</c> in the lab's shell.</summary>
internal static class CaptureCommand
{
    /// <summary>Records a device of this network namespace until it is interrupted.</summary>
    public static int Run(string device, string file)
    {
        using var end = new ManualResetEventSlim();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        using var recorder = new Recorder(null, device, file);
        Console.Error.WriteLine($"recording {device}; Ctrl+C ends it");
        end.Wait();
        recorder.Stop();
        Console.Error.WriteLine($"{recorder.Recorded} frames, {recorder.Missed} missed");
        return 0;

        void End(PosixSignalContext context)
        {
            context.Cancel = true;
            end.Set();
        }
    }
}
