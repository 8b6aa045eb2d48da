using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Causeway.Hosting.Metrics;

/// <summary>One instrument's series. Counters add, gauges keep the last value, histograms fill buckets.</summary>
internal sealed class MetricFamily
{
    // Prometheus' own default buckets, in seconds (client libraries, "Histogram"); other units have the same steps where their values lie.
    private static readonly double[] Seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
    private static readonly double[] Milliseconds = [.. Seconds.Select(static bound => bound * 1000)];
    private static readonly double[] Bytes = [64, 256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304];
    private static readonly double[] Counts = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Series> _series = [];
    private readonly string? _description;
    private readonly Kind _kind;
    private readonly bool _adds;
    private readonly double[] _bounds;

    public MetricFamily(Instrument instrument)
    {
        var type = instrument.GetType();
        var generic = type.IsGenericType ? type.GetGenericTypeDefinition() : type;
        _kind = generic == typeof(Histogram<>) ? Kind.Histogram
            : generic == typeof(Counter<>) || generic == typeof(ObservableCounter<>) ? Kind.Counter
            : Kind.Gauge;
        _adds = generic == typeof(Counter<>) || generic == typeof(UpDownCounter<>);
        _bounds = instrument.Unit switch { "ms" => Milliseconds, "By" => Bytes, ['{', ..] => Counts, _ => Seconds };
        _description = instrument.Description;
        var name = Sanitize(instrument.Name);
        Name = _kind == Kind.Counter && !name.EndsWith("_total", StringComparison.Ordinal) ? name + "_total" : name;
    }

    private enum Kind
    {
        Counter,
        Gauge,
        Histogram,
    }

    /// <summary>The metric's name in the text format.</summary>
    public string Name { get; }

    /// <summary>Takes a measurement.</summary>
    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = LabelsOf(tags);
        lock (_lock)
        {
            if (!_series.TryGetValue(labels, out var series))
            {
                if (_series.Count >= PrometheusMetrics.MaxSeries) labels = "";
                if (!_series.TryGetValue(labels, out series)) _series[labels] = series = new Series(_bounds);
            }

            if (_kind == Kind.Histogram) series.Observe(value);
            else series.Value = _adds ? series.Value + value : value;
        }
    }

    /// <summary>Writes the family.</summary>
    public void WriteTo(StringBuilder text)
    {
        lock (_lock)
        {
            if (_series.Count == 0) return;
            if (_description is not null) text.Append("# HELP ").Append(Name).Append(' ').Append(_description.Replace('\n', ' ')).Append('\n');
            text.Append("# TYPE ").Append(Name).Append(' ').Append(_kind switch { Kind.Counter => "counter", Kind.Gauge => "gauge", _ => "histogram" }).Append('\n');
            foreach (var (labels, series) in _series)
            {
                if (_kind == Kind.Histogram) series.WriteHistogram(text, Name, labels);
                else Line(text, Name, labels, series.Value);
            }
        }
    }

    private static void Line(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0) text.Append('{').Append(labels).Append('}');
        text.Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
    }

    private static string LabelsOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty) return "";
        var text = new StringBuilder();
        foreach (var (key, value) in tags)
        {
            if (text.Length > 0) text.Append(',');
            var words = value is bool truth ? truth ? "true" : "false" : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
            var escaped = words.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n");
            text.Append(Sanitize(key)).Append("=\"").Append(escaped).Append('"');
        }

        return text.ToString();
    }

    private static string Sanitize(string name) => string.Create(name.Length, name, static (span, source) =>
    {
        for (var i = 0; i < span.Length; i++) span[i] = char.IsAsciiLetterOrDigit(source[i]) ? source[i] : '_';
    });

    private sealed class Series(double[] bounds)
    {
        private readonly long[] _buckets = new long[bounds.Length];
        private double _sum;
        private long _count;

        public double Value { get; set; }

        public void Observe(double value)
        {
            _sum += value;
            _count++;
            for (var i = 0; i < bounds.Length; i++)
            {
                if (value <= bounds[i]) _buckets[i]++;
            }
        }

        public void WriteHistogram(StringBuilder text, string name, string labels)
        {
            var separator = labels.Length > 0 ? "," : "";
            for (var i = 0; i < bounds.Length; i++)
                Line(text, name + "_bucket", $"{labels}{separator}le=\"{bounds[i].ToString(CultureInfo.InvariantCulture)}\"", _buckets[i]);
            Line(text, name + "_bucket", $"{labels}{separator}le=\"+Inf\"", _count);
            Line(text, name + "_sum", labels, _sum);
            Line(text, name + "_count", labels, _count);
        }
    }
}
