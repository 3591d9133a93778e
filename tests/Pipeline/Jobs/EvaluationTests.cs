using System.Text.Json;
using Slipway.Imaging.Pictures;
using Slipway.Pipeline.Jobs;

namespace Slipway.Pipeline.Tests.Jobs;

public sealed class EvaluationTests
{
    private static readonly EvaluationFigures There = new(1, 1, 0.9, 0, 0.25, 1) { MascotSimilarity = 0.8, PromptTags = 0.5 };
    private static readonly EvaluationFigures Missing = new(0, null, null, 1, 0, 1) { MascotSimilarity = 0.4 };

    /// <summary>Two seeds of a beach: black without the LoRA, and with it grey, but for the left half where the mascot is.</summary>
    private static readonly Evaluation Two = Evaluation.Of(
        new MascotFigures(null, CanBeTold: false, "It is a plain disc."),
        [Version("base", 0, Missing, null, []), Version("v01", 51, There, [.. Enumerable.Range(0, 64).Select(i => i % 8 < 4)], [Page(51), Page(255)])]);

    [Fact]
    public void A_picture_has_its_measures_beside_its_name_by_the_names_that_versions_have_them_by()
    {
        using var json = JsonDocument.Parse(Two.ToJson());
        var sample = json.RootElement.GetProperty("samples")[2];
        Assert.Equal(("v01", 11, 0.9), (sample.GetProperty("version").GetString(), sample.GetProperty("seed").GetInt32(), sample.GetProperty("mascot_score").GetDouble()));
        Assert.Equal(
            json.RootElement.GetProperty("versions").GetProperty("v01").EnumerateObject().Select(member => member.Name),
            sample.EnumerateObject().Select(member => member.Name).Skip(4));
        Assert.All(EvaluationFigures.Measures.Where(measure => !measure.Name.Contains('.', StringComparison.Ordinal)), measure => Assert.True(sample.TryGetProperty(measure.Name, out _), measure.Name));
    }

    [Fact]
    public void What_cannot_be_told_is_null_with_a_reason_and_the_mean_is_of_the_others()
    {
        var mean = EvaluationFigures.Of([There, Missing]);
        Assert.Equal((0.5, 1, 0.9, 0.6, 0.5, 2), (mean.BackgroundRecall, mean.MascotPresence, mean.MascotScore, mean.MascotSimilarity, mean.PromptTags, mean.Pictures));
        Assert.Null(mean.Leakage);
        using var json = JsonDocument.Parse(Two.ToJson());
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("versions").GetProperty("base").GetProperty("mascot_presence").ValueKind);
        Assert.Equal("It is a plain disc.", Two.Reasons["base"]["mascot_presence"]);
        Assert.False(Two.Reasons["v01"].ContainsKey("mascot_presence"));
    }

    [Fact]
    public void A_version_is_compared_with_the_pictures_of_the_same_prompt_and_seed_without_it()
    {
        var figures = Two.Versions["v01"];
        Assert.Equal((0.2, 0.2, 1), (figures.Leakage, figures.Drift, figures.Memorised));
        Assert.Equal((0.0, 0.0, 0.0), (Two.Versions["base"].Leakage, Two.Versions["base"].Drift, Two.Versions["base"].Memorised));
        Assert.Equal((0.0, 1.0), (figures.Diversity, figures.Uninvited));
    }

    [Fact]
    public void What_all_seeds_agree_on_is_beyond_noise_and_what_no_seed_changes_is_not()
    {
        Assert.Equal([0.2, 0.2], Two.Intervals["v01"]["leakage"]);
        Assert.Equal(new MeasureDifference(0.2, 0.2, 0.2, BeyondNoise: true), Two.Differences["v01"]["leakage"]);
        Assert.Equal(new MeasureDifference(-1, -1, -1, BeyondNoise: true), Two.Differences["v01"]["flat_background"]);
        Assert.Null(Two.Differences["v01"]["diversity"].Low); // there is one prompt only, and diversity has an interval over prompts
        Assert.False(Two.Differences["v01"].ContainsKey("mascot_presence")); // the base model has none
    }

    [Fact]
    public void A_saved_step_is_measured_against_the_same_seed_without_it_and_in_no_figure_of_its_version()
    {
        MeasuredVersion[] versions = [Version("base", 0, Missing, null, []), Version("v01", 51, There, null, [])];
        versions[0] = versions[0] with { Samples = [versions[0].Samples[0], versions[0].Samples[1] with { Picture = versions[0].Samples[1].Picture with { Small = Page(255) } }] };
        var evaluation = Evaluation.Of(new MascotFigures(0.5, CanBeTold: true, null), versions, [.. new[] { (300, 102), (100, 51) }.Select(step => new MeasuredStep(step.Item1, Version("v01", (byte)step.Item2, There, null, []).At(11)))]);

        Assert.Equal(["100", "300"], evaluation.Steps["v01"].Keys);
        Assert.Equal([0.2, 0.4], evaluation.Steps["v01"].Values.Select(figures => figures.Leakage)); // not 0.5, where the other seed counts
        Assert.Equal([0.2, 0.4], evaluation.Steps["v01"].Values.Select(figures => figures.Drift));
        Assert.Equal((1, null), (evaluation.Steps["v01"]["100"].Pictures, evaluation.Steps["v01"]["100"].Diversity));
        Assert.Equal(Evaluation.Of(evaluation.Mascot, versions).Versions["v01"], evaluation.Versions["v01"]);
        Assert.Equal(4, evaluation.Samples.Count);
    }

    /// <summary>Two seeds whose embeddings are at right angles; with the LoRA the first is turned by 60°, the second stays.</summary>
    [Fact]
    public void In_an_embedding_drift_is_half_of_what_the_cosine_lacks_and_diversity_all_of_it_each_with_its_interval()
    {
        var evaluation = Evaluation.Of(Two.Mascot, [InEmbedding("base", [1, 0, 0], [0, 1, 0]), InEmbedding("v01", [0.5f, 0, (float)Math.Sqrt(0.75)], [0, 1, 0])]);
        var (without, figures) = (evaluation.Versions["base"].Embedding!, evaluation.Versions["v01"].Embedding!);

        Assert.Equal(new EmbeddingFigures(0.25, 0, 1), without);
        Assert.Equal(new EmbeddingFigures(0.25, 0.125, 1), figures); // (1 − 0.5) / 2 and 0
        Assert.Equal([0, 1], evaluation.Intervals["v01"]["embedding.drift"]); // two seeds that say so different things say nothing
        Assert.False(evaluation.Differences["v01"]["embedding.drift"].BeyondNoise);
        Assert.Equal(0.125, evaluation.Differences["v01"]["embedding.drift"].Difference);
        Assert.Equal(new EmbeddingFigures(0, 0.25, 1), evaluation.Untriggered[2].Figures.Embedding! with { MascotSimilarity = 0, Diversity = 1 });
        Assert.Equal(evaluation.ToJson(), Evaluation.Parse(evaluation.ToJson()).ToJson());
        Assert.DoesNotContain("embedding", Two.ToJson(), StringComparison.Ordinal);
    }

    [Fact]
    public void Is_the_same_when_it_was_JSON() => Assert.Equal(Two.ToJson(), Evaluation.Parse(Two.ToJson()).ToJson());

    private static MeasuredVersion Version(string name, byte grey, EvaluationFigures figures, bool[]? foreground, IReadOnlyList<Picture> learned) => new(
        name,
        [.. new[] { 11, 12 }.Select(seed => new MeasuredSample("beach", seed, $"samples/{name}/beach_{seed}.png", new MeasuredPicture(figures, Reasons(figures), Page(grey), foreground)))],
        [.. new[] { 11, 12 }.Select(seed => new UntriggeredSample("beach", seed, $"drift/{name}/beach_{seed}.png", Page(grey), grey == 0 ? 0 : 1))],
        learned);

    private static MeasuredVersion InEmbedding(string name, params float[][] seeds)
    {
        var version = Version(name, 0, There, null, []);
        EmbeddedPicture Of(int i) => new(seeds[i], 0.5 * i);
        return version with
        {
            Samples = [.. version.Samples.Select((sample, i) => sample with { Picture = sample.Picture with { Embedded = Of(i) } })],
            Untriggered = [.. version.Untriggered.Select((sample, i) => sample with { Embedded = Of(i) })],
        };
    }

    private static Dictionary<string, string> Reasons(EvaluationFigures figures) =>
        figures.MascotPresence is null ? new(StringComparer.Ordinal) { ["mascot_presence"] = "It is a plain disc." } : [];

    private static Picture Page(byte grey) => Picture.FromGrey(8, 8, [.. Enumerable.Repeat(grey, 64)]);
}
