using System.CommandLine;

namespace Causeway.Cli.Tunnel.Commands;

/// <summary><c>causeway tunnel remove</c>, <c>rename</c>, <c>address</c> and <c>role</c>: what administrators change about a member.</summary>
internal static class MemberCommands
{
    private const string Spread = "members that are online know at once, others when they come back";

    public static Command CreateRemove(CliEnvironment environment, TunnelScope scope)
    {
        var peer = scope.Peer();
        var command = new Command("remove", "Throw a member out of the network. It needs a new invitation to come back.") { peer };
        command.SetAction(scope.Ask(async (result, client, cancel) =>
        {
            await client.RemoveAsync(result.GetValue(peer)!, cancel);
            await environment.Out.WriteLineAsync($"{result.GetValue(peer)} is no member any more; {Spread}");
        }));
        return command;
    }

    public static Command CreateRename(CliEnvironment environment, TunnelScope scope)
    {
        var peer = scope.Peer();
        var name = new Argument<string>("name") { Description = "Its new name: a-z, 0-9 and '-'." };
        var command = new Command("rename", "Give a member another name.") { peer, name };
        command.SetAction(scope.Ask(async (result, client, cancel) =>
        {
            await client.RenameAsync(result.GetValue(peer)!, result.GetValue(name)!, cancel);
            await environment.Out.WriteLineAsync($"{result.GetValue(peer)} is {result.GetValue(name)} from now on; {Spread}");
        }));
        return command;
    }

    public static Command CreateAddress(CliEnvironment environment, TunnelScope scope)
    {
        var peer = scope.Peer();
        var address = new Argument<string>("address") { Description = "Its new IPv4 address, of the network's subnet." };
        var command = new Command("address", "Give a member another IPv4 address.") { peer, address };
        command.SetAction(scope.Ask(async (result, client, cancel) =>
        {
            await client.SetAddressAsync(result.GetValue(peer)!, result.GetValue(address)!, cancel);
            await environment.Out.WriteLineAsync($"{result.GetValue(peer)} has {result.GetValue(address)} from now on; {Spread}");
        }));
        return command;
    }

    public static Command CreateRole(CliEnvironment environment, TunnelScope scope)
    {
        var peer = scope.Peer();
        var role = new Argument<string>("role") { Description = "member or admin" };
        role.AcceptOnlyFromAmong("member", "admin");
        var command = new Command("role", "Make a member an administrator, or no longer one.") { peer, role };
        command.SetAction(scope.Ask(async (result, client, cancel) =>
        {
            var isAdministrator = result.GetValue(role) == "admin";
            await client.SetRoleAsync(result.GetValue(peer)!, isAdministrator, cancel);
            await environment.Out.WriteLineAsync($"{result.GetValue(peer)} is {(isAdministrator ? "an administrator" : "an ordinary member")} from now on; {Spread}");
        }));
        return command;
    }
}
