using System.CommandLine;
using System.Text.Json;
using Causeway.Cli.Identity;
using Causeway.Cryptography.Keys;
using Causeway.Hosting.Lifecycle;
using Causeway.Multiformats;

namespace Causeway.Cli.Commands;

/// <summary><c>causeway id</c>: shows whose key a file holds, or makes a new one.</summary>
internal static class IdCommand
{
    private static readonly Dictionary<string, KeyType> Types = new(StringComparer.OrdinalIgnoreCase)
    {
        ["ed25519"] = KeyType.Ed25519,
        ["secp256k1"] = KeyType.Secp256k1,
        ["ecdsa"] = KeyType.Ecdsa,
        ["rsa"] = KeyType.Rsa,
    };

    public static Command Create(CliEnvironment environment)
    {
        var file = new Argument<string?>("key-file")
        {
            Arity = ArgumentArity.ZeroOrOne,
            Description = "A libp2p private key: its protobuf, or the base64 of it. Without a file a new key is made and printed.",
        };
        var create = new Option<bool>("--new", "-n") { Description = "Make a new key and write it to the file, which must not exist." };
        var type = new Option<string>("--type", "-t") { Description = "Type of a new key.", DefaultValueFactory = _ => "ed25519" };
        type.AcceptOnlyFromAmong([.. Types.Keys]);
        var json = CommonOptions.Json();
        var command = new Command("id", "Show the peer ID of a key, or make a new identity.") { file, create, type, json };
        command.SetAction(result =>
        {
            var path = result.GetValue(file);
            var isNew = result.GetValue(create);
            if (isNew && path is null) throw new UserErrorException(ExitCode.Usage, "name the file for the new key: causeway id --new <key-file>");
            using var key = path is null || isNew ? PrivateKey.Generate(Types[result.GetValue(type)!]) : KeyFile.Read(path);
            if (isNew) KeyFile.Create(path!, key);
            if (result.GetValue(json)) PrintJson(environment.Out, key, withKey: path is null);
            else Print(environment.Out, key, withKey: path is null);
            return (int)ExitCode.Success;
        });
        return command;
    }

    private static void PrintJson(TextWriter writer, PrivateKey key, bool withKey)
    {
        var id = PeerId.FromPublicKey(key.PublicKey);
        var fields = new Dictionary<string, string> { ["peerId"] = id.ToString(), ["cid"] = id.ToCidString(), ["type"] = TypeOf(key) };
        if (withKey) fields["key"] = KeyFile.ToText(key);
        writer.WriteLine($"{{{string.Join(',', fields.Select(static f => $"\"{f.Key}\":\"{JsonEncodedText.Encode(f.Value)}\""))}}}");
    }

    private static string TypeOf(PrivateKey key) => Types.First(t => t.Value == key.Type).Key;

    private static void Print(TextWriter writer, PrivateKey key, bool withKey)
    {
        var id = PeerId.FromPublicKey(key.PublicKey);
        writer.WriteLine($"peer ID  {id}");
        writer.WriteLine($"as CID   {id.ToCidString()}");
        writer.WriteLine($"type     {TypeOf(key)}");
        if (withKey) writer.WriteLine($"key      {KeyFile.ToText(key)}");
    }
}
