using System.Globalization;

namespace Causeway.Cli.Output;

/// <summary>Pings of one target, as lines and in sum.</summary>
internal sealed class PingSummary(string name)
{
    private readonly List<double> _times = [];

    /// <summary>What is pinged.</summary>
    public string Name { get; } = name;

    /// <summary>Pings sent.</summary>
    public int Sent { get; private set; }

    /// <summary>Pings answered.</summary>
    public int Answered => _times.Count;

    /// <summary>Counts a ping; null for no answer.</summary>
    public void Add(double? milliseconds)
    {
        Sent++;
        if (milliseconds is { } time) _times.Add(time);
    }

    /// <summary>The line of one ping.</summary>
    public string LineOf(int sequence, double? milliseconds, string? problem, string? path = null) => milliseconds is { } time
        ? string.Create(CultureInfo.InvariantCulture, $"{Name}: {sequence}, {UnitText.Milliseconds(time)}{(path is null ? "" : $" by {path}")}")
        : string.Create(CultureInfo.InvariantCulture, $"{Name}: {sequence}, no answer{(problem is null ? "" : $": {problem}")}");

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{Name}: {Sent} sent, {Answered} answered, {100.0 * (Sent - Answered) / Sent:0.#} % lost");
        return Answered == 0 ? text : $"{text}; min/avg/max {UnitText.Milliseconds(_times.Min())} / {UnitText.Milliseconds(_times.Average())} / {UnitText.Milliseconds(_times.Max())}";
    }
}
