using System.Text.Json;
using Slipway.Pipeline.Jobs;

namespace Slipway.Pipeline.Tests.Jobs;

public sealed class EvaluationTests
{
    private static readonly EvaluationFigures There = new(1, 1, 0.9, 0, 0.25, 1) { MascotSimilarity = 0.8, PromptTags = 0.5 };
    private static readonly EvaluationFigures Missing = new(0, null, null, 1, 0, 1) { MascotSimilarity = 0.4 };

    private static Evaluation Two() => Evaluation.Of([new("base", "beach", 11, "samples/base/beach_11.png", Missing), new("v01", "beach", 11, "samples/v01/beach_11.png", There)]);

    [Fact]
    public void A_picture_has_its_measures_beside_its_name_by_the_names_that_versions_have_them_by()
    {
        using var json = JsonDocument.Parse(Two().ToJson());
        var sample = json.RootElement.GetProperty("samples")[1];
        Assert.Equal(("v01", 11, 0.9), (sample.GetProperty("version").GetString(), sample.GetProperty("seed").GetInt32(), sample.GetProperty("mascot_score").GetDouble()));
        Assert.Equal(
            json.RootElement.GetProperty("versions").GetProperty("v01").EnumerateObject().Select(member => member.Name),
            sample.EnumerateObject().Select(member => member.Name).Skip(4));
        Assert.All(EvaluationFigures.Measures.Where(measure => !measure.Name.Contains('.', StringComparison.Ordinal)), measure => Assert.True(sample.TryGetProperty(measure.Name, out _), measure.Name));
    }

    [Fact]
    public void What_cannot_be_told_is_null_and_the_mean_is_of_the_others()
    {
        var mean = EvaluationFigures.Of([There, Missing]);
        Assert.Equal((0.5, 1, 0.9, 0.6, 0.5, 2), (mean.BackgroundRecall, mean.MascotPresence, mean.MascotScore, mean.MascotSimilarity, mean.PromptTags, mean.Pictures));
        Assert.Null(mean.Leakage);
        using var json = JsonDocument.Parse(Two().ToJson());
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("versions").GetProperty("base").GetProperty("mascot_presence").ValueKind);
    }

    [Fact]
    public void Is_the_same_when_it_was_JSON() => Assert.Equal(Two().ToJson(), Evaluation.Parse(Two().ToJson()).ToJson());
}
