using System.Globalization;

namespace Causeway.Ipfs.Dag.Json;

/// <summary>
/// Floats as JavaScript writes numbers (ECMA-262, "Number::toString"), which is what DAG-JSON's fixtures hold: the fewest digits that read back as the number, plain from 10⁻⁶ to
/// 10²¹ and with an exponent beyond. What would look like an integer gets <c>.0</c>.
/// </summary>
internal static class FloatText
{
    public static string Write(double value)
    {
        // .NET finds the same digits, and places them otherwise: 1E-07, 1.5E+16, 0.001, 123.
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        var sign = text.StartsWith('-') ? "-" : string.Empty;
        var mark = text.IndexOf('E', StringComparison.Ordinal);
        var exponent = mark < 0 ? 0 : int.Parse(text.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var mantissa = text[sign.Length..(mark < 0 ? text.Length : mark)];
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var whole = point < 0 ? mantissa.Length : point;
        var digits = mantissa.Replace(".", string.Empty, StringComparison.Ordinal);
        var leading = digits.Length - digits.TrimStart('0').Length;
        digits = digits.Trim('0');

        // The number is 0.digits × 10^place.
        var place = whole - leading + exponent;
        return digits.Length == 0 ? $"{sign}0.0" : sign + Place(digits, place);
    }

    private static string Place(string digits, int place)
    {
        if (place is > 0 and <= 21)
            return digits.Length <= place ? $"{digits.PadRight(place, '0')}.0" : $"{digits[..place]}.{digits[place..]}";
        if (place is > -6 and <= 0) return $"0.{new string('0', -place)}{digits}";
        var fraction = digits.Length == 1 ? string.Empty : $".{digits[1..]}";
        return string.Create(CultureInfo.InvariantCulture, $"{digits[0]}{fraction}e{(place > 0 ? "+" : string.Empty)}{place - 1}");
    }
}
