using System.Globalization;
using System.Text;

namespace Causeway.Tunnel.Devices.Linux;

/// <summary>Names of interfaces, and templates for them.</summary>
internal static class TapName
{
    // IFNAMSIZ, less the terminating zero.
    private const int MaxLength = 15;
    private const int MaxDigits = 4;

    /// <summary>The names to try, in order: one, or 1, 2, 3 … in place of the <c>#</c> at the end.</summary>
    /// <exception cref="SegmentDeviceException">The kernel would not take the name.</exception>
    public static IEnumerable<string> Candidates(string template)
    {
        var stem = template.TrimEnd('#');
        var digits = template.Length - stem.Length;
        // What dev_valid_name refuses, and "%", in which the kernel would put a number.
        if (template.Length == 0 || Encoding.UTF8.GetByteCount(template) > MaxLength || template is "." or ".." || digits > MaxDigits
            || stem.Any(static c => c is '/' or ':' or '%' or '#' || char.IsWhiteSpace(c) || char.IsControl(c)))
        {
            throw new SegmentDeviceException(
                SegmentDeviceError.InvalidName,
                $"'{template}' cannot be the name of a network interface: 1 to {MaxLength} bytes, without spaces, '/', ':' and '%'; up to {MaxDigits} '#' at the end stand for a number.");
        }

        return digits == 0 ? [template] : Numbered(stem, digits);
    }

    private static IEnumerable<string> Numbered(string stem, int digits)
    {
        var end = (int)Math.Pow(10, digits);
        for (var number = 1; number < end; number++) yield return stem + number.ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0');
    }
}
