using Causeway.Lab.Nats;

namespace Causeway.Lab.Commands;

/// <summary><c>./lab nats</c>: the NATs, and the table of what can be direct.</summary>
internal static class NatsCommand
{
    /// <summary>Prints them.</summary>
    public static int Run()
    {
        foreach (var profile in NatProfiles.All) Console.WriteLine($"{profile.Name,-21} {profile.Description}");
        Console.WriteLine();
        Console.Write(HolePunching.Table("TCP", HolePunching.Tcp));
        Console.WriteLine();
        Console.Write(HolePunching.Table("UDP", HolePunching.Udp));
        return 0;
    }
}
