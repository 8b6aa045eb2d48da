using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using Causeway.Hosting.Lifecycle;

namespace Causeway.Cli.Commands;

/// <summary>Reads values of options that several commands have.</summary>
internal static class OptionText
{
    /// <summary>Sizes such as 4096, 64k, 256M, 2G (powers of 1024).</summary>
    public static long ParseSize(ArgumentResult result)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        var unit = text.Length == 0 ? 1 : char.ToUpperInvariant(text[^1]) switch { 'K' => 1L << 10, 'M' => 1L << 20, 'G' => 1L << 30, _ => 1 };
        var digits = unit == 1 ? text : text[..^1];
        if (long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= long.MaxValue / unit) return number * unit;
        result.AddError($"{NameOf(result)} takes a size, such as 4096, 64k or 256M; '{text}' is none.");
        return 0;
    }

    /// <summary>Durations such as 500ms, 10s, 5m, 2h, 7d; a bare number is seconds.</summary>
    public static TimeSpan ParseDuration(ArgumentResult result)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        var digits = text.TrimEnd('m', 's', 'h', 'd');
        var unit = text[digits.Length..] switch { "" or "s" => 1000, "ms" => 1, "m" => 60_000, "h" => 3_600_000, "d" => 86_400_000, _ => 0 };
        if (unit > 0 && uint.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return TimeSpan.FromMilliseconds((double)number * unit);
        result.AddError($"{NameOf(result)} takes a duration, such as 500ms, 10s or 5m; '{text}' is none.");
        return TimeSpan.Zero;
    }

    /// <summary>Addresses and networks, such as 127.0.0.1 or 10.0.0.0/8.</summary>
    public static IPNetwork[]? ParseNetworks(ArgumentResult result)
    {
        static IPNetwork? Parse(string text)
        {
            if (IPAddress.TryParse(text, out var address)) return new IPNetwork(address, address.GetAddressBytes().Length * 8);
            return IPNetwork.TryParse(text, out var network) ? network : null;
        }

        var networks = new List<IPNetwork>();
        foreach (var token in result.Tokens)
        {
            if (Parse(token.Value) is { } network) networks.Add(network);
            else result.AddError($"{NameOf(result)} takes addresses and networks, such as 127.0.0.1 or 10.0.0.0/8; '{token.Value}' is none.");
        }

        return [.. networks];
    }

    /// <summary>Values that <paramref name="parse"/> knows.</summary>
    public static T[]? ParseAll<T>(ArgumentResult result, Func<string, T?> parse, string what)
        where T : class
    {
        var values = new List<T>();
        foreach (var token in result.Tokens)
        {
            if (parse(token.Value) is { } value) values.Add(value);
            else result.AddError($"{NameOf(result)} {what}; '{token.Value}' is none.");
        }

        return [.. values];
    }

    /// <summary>A port, 0 to 65535.</summary>
    /// <exception cref="UserErrorException">It is none.</exception>
    public static int RequirePort(int port, string option = "--port") => port is >= 0 and <= 65_535 ? port : throw new UserErrorException(ExitCode.Usage, $"{option} must be 0 to 65535");

    private static string NameOf(ArgumentResult result) => result.Parent is OptionResult option ? option.Option.Name : result.Argument.Name;
}
