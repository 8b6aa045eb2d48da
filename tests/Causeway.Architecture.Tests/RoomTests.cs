using System.Xml.Linq;

namespace Causeway.Architecture.Tests;

/// <summary>A room uses only the rooms named here. Whoever changes this table changes the architecture, and says why.</summary>
public sealed class RoomTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Causeway.Cryptography"] = [],
        ["Causeway.Multiformats"] = ["Causeway.Cryptography"],
        ["Causeway.Network"] = [],
        ["Causeway.Storage"] = [],
        ["Causeway.Hosting"] = [],
        ["Causeway.Libp2p"] = ["Causeway.Cryptography", "Causeway.Multiformats", "Causeway.Network", "Causeway.Storage", "Causeway.Hosting"],
        ["Causeway.Ipfs"] = ["Causeway.Multiformats", "Causeway.Storage", "Causeway.Libp2p"],
        ["Causeway.Node"] = ["Causeway.Libp2p", "Causeway.Ipfs", "Causeway.Network", "Causeway.Hosting"],
        ["Causeway.Gateway"] = ["Causeway.Libp2p", "Causeway.Ipfs", "Causeway.Hosting"],
        // The tunnel knows nothing of libp2p; its folder Protocol/ does no I/O and is what the relay shares with it.
        ["Causeway.Tunnel"] = ["Causeway.Cryptography", "Causeway.Multiformats", "Causeway.Network", "Causeway.Hosting"],
        // Of the tunnel only Protocol/, which a test of the relay checks in what was compiled.
        ["Causeway.Relay"] = ["Causeway.Tunnel", "Causeway.Cryptography", "Causeway.Hosting"],
        // What makes a site an app: its configuration, the bundle it travels in, the processes that run it. Knows nothing of the gateway that serves it.
        ["Causeway.Apps"] = ["Causeway.Cryptography", "Causeway.Multiformats", "Causeway.Hosting"],
        ["Causeway.Cli"] = ["Causeway.Apps", "Causeway.Gateway", "Causeway.Node", "Causeway.Ipfs", "Causeway.Relay", "Causeway.Tunnel", "Causeway.Hosting", "Causeway.Libp2p", "Causeway.Multiformats", "Causeway.Cryptography", "Causeway.Network"],
    };

    private static string Root
    {
        get
        {
            var directory = new DirectoryInfo(AppContext.BaseDirectory);
            while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Causeway.slnx"))) directory = directory.Parent;
            return directory?.FullName ?? throw new InvalidOperationException("The tests do not run below the solution.");
        }
    }

    public static TheoryData<string> Rooms() => [.. Directory.GetDirectories(Path.Combine(Root, "src")).Select(d => Path.GetFileName(d)!)];

    [Theory]
    [MemberData(nameof(Rooms))]
    public void A_room_uses_only_the_rooms_it_may(string room)
    {
        Assert.True(Allowed.TryGetValue(room, out var allowed), $"{room} has no row in the table of rooms.");
        var project = XDocument.Load(Path.Combine(Root, "src", room, room + ".csproj"));
        var used = project.Descendants("ProjectReference").Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value));
        Assert.Empty(used.Except(allowed!));
    }

    [Theory]
    [MemberData(nameof(Rooms))]
    public void A_room_has_a_description(string room)
    {
        var project = XDocument.Load(Path.Combine(Root, "src", room, room + ".csproj"));
        Assert.NotEmpty(project.Descendants("Description").Single().Value);
    }

    [Theory]
    [MemberData(nameof(Rooms))]
    public void Every_room_is_part_of_the_solution(string room)
    {
        var solution = XDocument.Load(Path.Combine(Root, "Causeway.slnx"));
        Assert.Contains($"src/{room}/{room}.csproj", solution.Descendants("Project").Select(p => p.Attribute("Path")!.Value));
    }
}
