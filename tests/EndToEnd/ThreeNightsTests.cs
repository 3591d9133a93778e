using Slipway.Pipeline.Nights;

namespace Slipway.EndToEnd.Tests;

/// <summary>Three nights in a row: the first makes everything, the second finds it, before the third somebody changes a background's prompt.</summary>
public sealed class ThreeNightsTests : IDisposable
{
    private readonly Workspace _workspace = Workspace.New();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task Each_says_what_it_found()
    {
        var first = await NightAsync(1);
        Assert.Equal(0, first.Code);
        Assert.Contains("- Train v03: 1 ran, 0 reused, ", first.Text, StringComparison.Ordinal);
        Assert.Contains("- **Measures**: the first night that is measured.\n", first.Text, StringComparison.Ordinal);

        var second = await NightAsync(2);
        Assert.Equal(0, second.Code);
        Assert.Contains("- **Run**: everything was up to date, ", second.Text, StringComparison.Ordinal);
        Assert.Matches(@"- \*\*Reproduce\*\*: training v0\d again gave the same bytes\.\n", second.Text);
        Assert.Contains("- **Verify**: everything is as it was written.\n", second.Text, StringComparison.Ordinal);
        Assert.Contains("- **Measures**: as in the night before.\n", second.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("What ran, and why", second.Text, StringComparison.Ordinal);

        _workspace.Edit(("backgrounds.prompts.beach", "beach, night"));
        var third = await NightAsync(3);
        Assert.Contains("- Backgrounds: 1 ran, 2 reused, ", third.Text, StringComparison.Ordinal);
        Assert.Contains("`beach` → `beach, night`".Replace("`", "", StringComparison.Ordinal), third.Text.Replace("`", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("- Train v03: 1 ran, 0 reused, ", third.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("- Train v01: ", third.Text, StringComparison.Ordinal);
        Assert.Equal(third.Text.Contains("## What to look at", StringComparison.Ordinal) ? 3 : 0, third.Code);
        Assert.Equal(third.Code == 3, third.Text.Contains("Measures (differs): v03 ", StringComparison.Ordinal));
    }

    private async Task<(int Code, string Text)> NightAsync(int day)
    {
        var sink = new RecordingSink();
        SlipwayPipeline? pipeline = null;
        try
        {
            var night = new Night(() => pipeline = SlipwayPipeline.Open(_workspace["lora.pipeline.yaml"], new PipelineOptions(), sink), new NightOptions(_workspace["lora.pipeline.yaml"]), new NightClock(day), sink);
            var (report, path) = await night.RunAsync(TestContext.Current.CancellationToken);
            return (report.Code, await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
        }
        finally
        {
            pipeline?.Dispose();
        }
    }

    /// <summary>Three at night, in December 2026.</summary>
    private sealed class NightClock(int day) : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override DateTimeOffset GetUtcNow() => new(2026, 12, day, 3, 0, 0, TimeSpan.Zero);
    }
}
