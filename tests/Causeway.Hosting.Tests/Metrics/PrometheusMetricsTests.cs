using System.Diagnostics.Metrics;
using Causeway.Hosting.Metrics;

namespace Causeway.Hosting.Tests.Metrics;

public sealed class PrometheusMetricsTests
{
    [Fact]
    public void Counters_gauges_and_histograms_are_written_in_the_text_format()
    {
        using var metrics = new PrometheusMetrics(name => name == "Test.Format");
        using var meter = new Meter("Test.Format");
        var counter = meter.CreateCounter<long>("my.requests", description: "Requests");
        var pages = meter.CreateUpDownCounter<int>("my.pages");
        meter.CreateObservableGauge("my.level", () => 1.5);
        var seconds = meter.CreateHistogram<double>("my.seconds");
        counter.Add(2, new KeyValuePair<string, object?>("kind", "a\"b"));
        counter.Add(3, new KeyValuePair<string, object?>("kind", "a\"b"));
        pages.Add(2);
        pages.Add(-1);
        seconds.Record(0.02);
        seconds.Record(7);
        var lines = metrics.Write().Split('\n');
        Assert.Contains("# HELP my_requests_total Requests", lines);
        Assert.Contains("# TYPE my_requests_total counter", lines);
        Assert.Contains("my_requests_total{kind=\"a\\\"b\"} 5", lines);
        Assert.Contains("my_pages 1", lines);
        Assert.Contains("my_level 1.5", lines);
        Assert.Contains("my_seconds_bucket{le=\"0.01\"} 0", lines);
        Assert.Contains("my_seconds_bucket{le=\"0.025\"} 1", lines);
        Assert.Contains("my_seconds_bucket{le=\"+Inf\"} 2", lines);
        Assert.Contains("my_seconds_count 2", lines);
    }

    [Fact]
    public void Labels_that_never_end_are_counted_together()
    {
        using var metrics = new PrometheusMetrics(name => name == "Test.Bound");
        using var meter = new Meter("Test.Bound");
        var counter = meter.CreateCounter<long>("bound");
        for (var i = 0; i < PrometheusMetrics.MaxSeries + 500; i++) counter.Add(1, new KeyValuePair<string, object?>("i", i));
        var lines = metrics.Write().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.InRange(lines.Length, 1, PrometheusMetrics.MaxSeries + 3);
        Assert.Contains("bound_total 500", lines);
    }

    [Fact]
    public void Other_meters_are_left_out()
    {
        using var metrics = new PrometheusMetrics();
        using var meter = new Meter("Somebody.Else");
        meter.CreateCounter<long>("other").Add(1);
        Assert.DoesNotContain("other", metrics.Write());
    }
}
