using System.Diagnostics;
using Causeway.Hosting.Control;

namespace Causeway.Hosting.Tests.Control;

public sealed class ControlSocketTests
{
    [Fact]
    public void Root_and_the_same_user_are_heard_and_nobody_else()
    {
        var own = UserOf(Process.GetCurrentProcess());
        Assert.True(ControlSocket.IsAllowed(0));
        Assert.True(ControlSocket.IsAllowed(own));
        Assert.False(ControlSocket.IsAllowed(own + 1));
        Assert.False(ControlSocket.IsAllowed(65_534));
    }

    private static uint UserOf(Process process) =>
        uint.Parse(File.ReadLines($"/proc/{process.Id}/status").First(l => l.StartsWith("Uid:", StringComparison.Ordinal)).Split('\t')[2], System.Globalization.CultureInfo.InvariantCulture);
}
