using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Causeway.Hosting.Metrics;

/// <summary>
/// Collects this process's meters and writes them in Prometheus' text format (exposition format 0.0.4). Names keep their words, with <c>_</c> for <c>.</c>;
/// counters end in <c>_total</c>.
/// </summary>
public sealed class PrometheusMetrics : IDisposable
{
    /// <summary>Combinations of labels kept per instrument; more are counted together without labels, so that nobody's data can fill the memory.</summary>
    public const int MaxSeries = 1000;

    private readonly MeterListener _listener = new();
    private readonly Dictionary<Instrument, MetricFamily> _families = [];
    private readonly Lock _lock = new();

    /// <summary>Starts to collect.</summary>
    /// <param name="wanted">Which meters, by name. Default: all of Causeway's and libp2p's.</param>
    public PrometheusMetrics(Func<string, bool>? wanted = null)
    {
        wanted ??= static name => name.StartsWith("Causeway", StringComparison.Ordinal) || name.StartsWith("libp2p", StringComparison.OrdinalIgnoreCase);
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (!wanted(instrument.Meter.Name)) return;
            lock (_lock) _families[instrument] = new MetricFamily(instrument);
            listener.EnableMeasurementEvents(instrument);
        };
        _listener.MeasurementsCompleted = (instrument, _) =>
        {
            lock (_lock) _families.Remove(instrument);
        };
        _listener.SetMeasurementEventCallback<byte>((i, value, tags, _) => Record(i, value, tags));
        _listener.SetMeasurementEventCallback<short>((i, value, tags, _) => Record(i, value, tags));
        _listener.SetMeasurementEventCallback<int>((i, value, tags, _) => Record(i, value, tags));
        _listener.SetMeasurementEventCallback<long>((i, value, tags, _) => Record(i, value, tags));
        _listener.SetMeasurementEventCallback<float>((i, value, tags, _) => Record(i, value, tags));
        _listener.SetMeasurementEventCallback<double>((i, value, tags, _) => Record(i, value, tags));
        _listener.SetMeasurementEventCallback<decimal>((i, value, tags, _) => Record(i, (double)value, tags));
        _listener.Start();
    }

    /// <summary>Everything, as text.</summary>
    public string Write()
    {
        _listener.RecordObservableInstruments();
        var text = new StringBuilder();
        lock (_lock)
        {
            foreach (var family in _families.Values.OrderBy(f => f.Name, StringComparer.Ordinal)) family.WriteTo(text);
        }

        return text.ToString();
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        MetricFamily? family;
        lock (_lock) _families.TryGetValue(instrument, out family);
        family?.Record(value, tags);
    }
}

/// <summary><c>/metrics</c>.</summary>
public static class MetricsExtensions
{
    /// <summary>Answers <c>/metrics</c>.</summary>
    /// <param name="app">The pipeline.</param>
    /// <param name="metrics">What to answer with.</param>
    /// <param name="isAllowed">Who may read it; for others it is not there. Default: everybody.</param>
    public static IApplicationBuilder UseMetrics(this IApplicationBuilder app, PrometheusMetrics metrics, Func<HttpContext, bool>? isAllowed = null) => app.Use(async (context, next) =>
    {
        if (context.Request.Path == "/metrics" && isAllowed?.Invoke(context) != false)
        {
            context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
            await context.Response.WriteAsync(metrics.Write());
        }
        else
        {
            await next(context);
        }
    });
}
