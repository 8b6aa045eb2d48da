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

    [Theory]
    [InlineData("s", 0.3, "le=\"0.25\"", "le=\"0.5\"")]
    [InlineData("ms", 300, "le=\"250\"", "le=\"500\"")]
    [InlineData("By", 2000, "le=\"1024\"", "le=\"4096\"")]
    [InlineData("{peer}", 7, "le=\"5\"", "le=\"10\"")]
    public void Buckets_lie_where_the_values_of_the_unit_do(string unit, double value, string below, string above)
    {
        using var metrics = new PrometheusMetrics(name => name == $"Test.Unit.{unit}");
        using var meter = new Meter($"Test.Unit.{unit}");
        meter.CreateHistogram<double>("measured", unit).Record(value, new KeyValuePair<string, object?>("early", true));
        var lines = metrics.Write().Split('\n');
        Assert.Contains($"measured_bucket{{early=\"true\",{below}}} 0", lines);
        Assert.Contains($"measured_bucket{{early=\"true\",{above}}} 1", lines);
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
