namespace Causeway.Libp2p.PubSub;

/// <summary>The checks that score parameters share.</summary>
internal static class ScoreRange
{
    public static void Require(bool condition, string message)
    {
        if (!condition) throw new ArgumentException(message);
    }

    public static void AtLeastZero(double value, string name) => Require(double.IsFinite(value) && value >= 0, $"{name} must be a number of at least 0.");

    public static void AtMostZero(double value, string name) => Require(double.IsFinite(value) && value <= 0, $"{name} must be a number of at most 0.");

    public static void AboveZero(double value, string name) => Require(double.IsFinite(value) && value > 0, $"{name} must be a number above 0.");

    public static void Decay(double value, string name) => Require(value is > 0 and < 1, $"{name} must be between 0 and 1 (both excluded).");
}
