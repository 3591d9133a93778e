using System.Text.Json.Nodes;
using Slipway.Pipeline.Reports;

namespace Slipway.Pipeline.Tests.Reports;

public sealed class ChoiceTests
{
    private static readonly string[] Names = ["base", "v01", "v02", "v03"];

    private const string Story = """
        "versions": {
          "base": { "mascot_presence": 0, "background_recall": 1, "drift": 0 },
          "v01": { "mascot_presence": 1, "background_recall": 0, "drift": 0.6 },
          "v02": { "mascot_presence": 1, "background_recall": 0.1, "drift": 0.6 },
          "v03": { "mascot_presence": 1, "background_recall": 1, "drift": 0.1 } }
        """;

    [Fact]
    public void The_version_with_mascot_and_background_is_the_best_and_the_next_one_its_rival()
    {
        var choice = Of($"{{ {Story} }}");

        Assert.Equal(("mascot_presence", "drift"), (choice.Mascot, choice.Harm));
        Assert.Equal(("v03", "v02"), (choice.Best?.Version, choice.Rival?.Version));
        Assert.Equal(["base", "v03"], choice.Points.Where(point => point.Unbeaten).Select(point => point.Version));
        Assert.Null(choice.BeyondNoise);
    }

    [Theory]
    [InlineData("[0.9, 1]", "[0.1, 0.3]", true)]
    [InlineData("[0.2, 1]", "[0.1, 0.3]", false)]
    public void It_is_better_beyond_noise_where_the_intervals_lie_apart(string best, string rival, bool isBeyond)
    {
        var choice = Of($$"""{ {{Story}}, "intervals": { "v03": { "background_recall": {{best}} }, "v02": { "background_recall": {{rival}} } } }""");

        Assert.Equal(isBeyond, choice.BeyondNoise);
    }

    [Fact]
    public void A_saved_step_that_is_as_good_and_does_less_harm_is_the_best()
    {
        var choice = Of($$"""{ {{Story}}, "steps": { "v03": { "400": { "mascot_presence": 1, "background_recall": 1, "drift": 0.05 }, "200": { "mascot_presence": 0.5, "background_recall": 1, "drift": 0.01 } } } }""");

        Assert.Equal(("v03", 400), (choice.Best?.Version, choice.Best?.Step));
        Assert.Equal("v02", choice.Rival?.Version);
        Assert.False(choice.Points.Single(point => point is { Version: "v03", Step: null }).Unbeaten);
    }

    [Theory]
    [InlineData(1, "v03")] // the version has as much of the mascot at that seed, and drifts less
    [InlineData(0.5, "v03 @ 400")]
    public void A_saved_step_that_was_measured_at_one_seed_is_compared_with_its_version_at_that_seed(double own, string best)
    {
        var choice = Of($$"""
            { "versions": {
                "base": { "mascot_presence": 0, "background_recall": 1, "drift": 0 },
                "v03": { "mascot_presence": 0.75, "background_recall": 1, "drift": 0.1 } },
              "steps": { "v03": { "400": { "mascot_presence": 1, "background_recall": 1, "drift": 0.09 } } },
              "samples": [
                { "version": "base", "seed": 11, "mascot_presence": 0, "background_recall": 1 },
                { "version": "v03", "seed": 11, "mascot_presence": {{own}}, "background_recall": 1 },
                { "version": "v03", "seed": 12, "mascot_presence": {{1.5 - own}}, "background_recall": 1 } ],
              "untriggered": [ { "version": "v03", "seed": 11, "drift": 0.08 }, { "version": "v03", "seed": 12, "drift": 0.12 } ] }
            """);

        Assert.Equal(best, choice.Best!.Step is { } step ? $"{choice.Best.Version} @ {step}" : choice.Best.Version);
        Assert.Equal(3, choice.Points.Count);
    }

    [Fact]
    public void A_saved_step_counts_where_it_is_ahead_of_all_versions_at_its_seed_and_the_rival_is_shown_at_it()
    {
        // At seed 11 v02 has as much of the mascot as v03's step, and drifts less; over all seeds it has less.
        static string With(double other) => $$"""
            { "versions": {
                "base": { "mascot_presence": 0, "background_recall": 1, "drift": 0 },
                "v02": { "mascot_presence": 0.2, "background_recall": 1, "drift": 0.06 },
                "v03": { "mascot_presence": 0.2, "background_recall": 1, "drift": 0.08 } },
              "steps": { "v03": { "80": { "mascot_presence": 0.4, "background_recall": 1, "drift": 0.07 } } },
              "samples": [
                { "version": "v02", "seed": 11, "mascot_presence": {{other}}, "background_recall": 1 }, { "version": "v02", "seed": 12, "mascot_presence": {{0.4 - other}}, "background_recall": 1 },
                { "version": "v03", "seed": 11, "mascot_presence": 0, "background_recall": 1 }, { "version": "v03", "seed": 12, "mascot_presence": 0.4, "background_recall": 1 } ],
              "untriggered": [ { "version": "v02", "seed": 11, "drift": 0.05 }, { "version": "v03", "seed": 11, "drift": 0.08 } ] }
            """;

        var (behind, ahead) = (Of(With(0.4)), Of(With(0.1)));

        Assert.Equal(("v02", null), (behind.Best?.Version, behind.Best?.Step));
        Assert.False(behind.BestOfUnbeaten); // of the points the step has more of both, at one seed
        Assert.Equal(("v03", 80), (ahead.Best?.Version, ahead.Best?.Step));
        Assert.True(ahead.BestOfUnbeaten);
        Assert.Equal(("v02", 0.1, 0.05), (ahead.Rival?.Version, ahead.Rival?.Mascot, ahead.Rival?.Harm));
    }

    [Fact]
    public void A_rival_that_is_better_in_one_measure_beyond_noise_is_not_beaten_by_that()
    {
        var choice = Of($$"""{ {{Story}}, "intervals": { "v03": { "drift": [0.7, 0.8] }, "v02": { "drift": [0.1, 0.2] } } }""");

        Assert.False(choice.BeyondNoise);
    }

    [Fact]
    public void The_best_of_all_need_not_be_unbeaten_where_what_beats_it_loses_backgrounds()
    {
        var choice = Of("""
            { "versions": {
                "base": { "mascot_presence": 0, "background_recall": 1, "drift": 0 },
                "v01": { "mascot_presence": 1, "background_recall": 0.2, "drift": 0.1 },
                "v03": { "mascot_presence": 0.9, "background_recall": 1, "drift": 0.2 } } }
            """);

        Assert.Equal(("v03", false, false), (choice.Best?.Version, choice.Best?.Unbeaten, choice.BestOfUnbeaten));
    }

    [Fact]
    public void With_an_encoder_it_goes_by_the_embedding_s_figures_alone()
    {
        const string Embedded = """
            "base": { "mascot_presence": 0, "background_recall": 1, "drift": 0, "embedding": { "mascot_similarity": 0.3, "drift": 0 } },
            "v01": { "mascot_presence": 1, "background_recall": 1, "drift": 0.1, "embedding": { "mascot_similarity": 0.8, "drift": 0.4 } }
            """;
        var choice = Of($$"""{ "versions": { {{Embedded}}, "v03": { "mascot_presence": 0, "drift": 0.9, "embedding": { "mascot_similarity": 0.7, "drift": 0.05 } } } }""");

        Assert.Equal(("embedding.mascot_similarity", "embedding.drift", "v03"), (choice.Mascot, choice.Harm, choice.Best?.Version));
        Assert.All(choice.Points, point => Assert.Null(point.Background));
        // A picture is a little like another one anyway.
        Assert.Null(Of("""{ "versions": { "base": { "embedding": { "mascot_similarity": 0.3, "drift": 0 } }, "v01": { "embedding": { "mascot_similarity": 0.34, "drift": 0 } } } }""").Best);
        // Without drift in the embedding both are in pixels.
        Assert.Equal(("mascot_presence", "drift"), Measures(Of($"{{ \"versions\": {{ {Embedded.Replace("\"drift\": 0 }", "\"drift\": null }", StringComparison.Ordinal).Replace("\"drift\": 0.4", "\"drift\": null", StringComparison.Ordinal)} }} }}")));

        static (string? Mascot, string? Harm) Measures(Choice choice) => (choice.Mascot, choice.Harm);
    }

    [Fact]
    public void Without_drift_it_goes_by_what_is_lost_of_the_background()
    {
        var choice = Of("""{ "versions": { "base": { "mascot_presence": 0, "background_recall": 1 }, "v01": { "mascot_presence": 1, "background_recall": 0.75 } } }""");

        Assert.Equal("background_recall", choice.Harm);
        Assert.Equal([0, 0.25], choice.Points.Select(point => point.Harm));
        Assert.Null(choice.Rival);
    }

    [Fact]
    public void A_mascot_that_cannot_be_told_is_looked_for_by_its_likeness()
    {
        var choice = Of("""{ "versions": { "base": { "mascot_presence": null, "mascot_similarity": 0.1, "drift": 0 }, "v01": { "mascot_presence": null, "mascot_similarity": 0.8, "drift": 0.2 } } }""");

        Assert.Equal(("mascot_similarity", "v01"), (choice.Mascot, choice.Best?.Version));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{ "versions": { "base": { "drift": 0 }, "v01": { "drift": 1 } } }""")]
    public void Where_nothing_is_known_of_the_mascot_nothing_is_recommended(string evaluation)
    {
        var choice = Of(evaluation);

        Assert.Null(choice.Best);
        Assert.Empty(choice.Points);
    }

    [Fact]
    public void Where_none_has_learned_the_mascot_none_is_recommended() =>
        Assert.Null(Of("""{ "versions": { "base": { "mascot_presence": 0, "drift": 0 }, "v01": { "mascot_presence": 0.02, "drift": 0 } } }""").Best);

    private static Choice Of(string evaluation) => Choice.Of(JsonNode.Parse(evaluation), Names);
}
