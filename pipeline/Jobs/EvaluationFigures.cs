using System.Text.Json.Serialization;

namespace Slipway.Pipeline.Jobs;

/// <summary>
/// What was measured on a set of pictures: means of what each of them gave; or on one picture, where shares are 0 or 1. What cannot be told is
/// null, and <see cref="Evaluation.Reasons"/> says why.
/// </summary>
/// <param name="BackgroundRecall">Pictures in which the tagger finds the background that the prompt names; null where it does not know its name.</param>
/// <param name="MascotPresence">Pictures in which the mascot is there; null for a sprite that cannot be told from backgrounds.</param>
/// <param name="MascotScore">How well the best place for the sprite fits it, −1 to 1; null where it fits nowhere.</param>
/// <param name="FlatBackground">Pictures whose background, outside the mascot, is nearly one colour.</param>
/// <param name="NearWhiteBorder">Border pixels that are nearly white.</param>
/// <param name="Pictures">How many pictures.</param>
internal sealed record EvaluationFigures(double? BackgroundRecall, double? MascotPresence, double? MascotScore, double? FlatBackground, double? NearWhiteBorder, int Pictures)
{
    /// <summary>How like the sprite the picture is where it fits best, 0 to 1.</summary>
    public double? MascotSimilarity { get; init; }

    /// <summary>How far the background, outside the mascot, is from what the model draws without the LoRA at the same prompt and seed, 0 to 1.</summary>
    public double? Leakage { get; init; }

    /// <summary>How far pictures of prompts without the trigger word are from what the model draws without the LoRA, 0 to 1.</summary>
    public double? Drift { get; init; }

    /// <summary>In how many of those the mascot appears, 0 to 1.</summary>
    public double? Uninvited { get; init; }

    /// <summary>How much nearer the picture is to its nearest training picture than a picture without the LoRA is, 0 (no nearer) to 1 (a copy).</summary>
    public double? Memorised { get; init; }

    /// <summary>How far pictures of one prompt and different seeds are from one another, 0 to 1.</summary>
    public double? Diversity { get; init; }

    /// <summary>Share of the prompt's tags, of those that the tagger knows, that it finds in the picture, 0 to 1.</summary>
    public double? PromptTags { get; init; }

    /// <summary>The same in the embedding of the plan's encoder, where it names one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public EmbeddingFigures? Embedding { get; init; }

    /// <summary>All measures by the names that they have in JSON.</summary>
    public static IReadOnlyList<(string Name, Func<EvaluationFigures, double?> Of)> Measures { get; } =
    [
        ("background_recall", figures => figures.BackgroundRecall),
        ("mascot_presence", figures => figures.MascotPresence),
        ("mascot_score", figures => figures.MascotScore),
        ("flat_background", figures => figures.FlatBackground),
        ("near_white_border", figures => figures.NearWhiteBorder),
        ("mascot_similarity", figures => figures.MascotSimilarity),
        ("leakage", figures => figures.Leakage),
        ("drift", figures => figures.Drift),
        ("uninvited", figures => figures.Uninvited),
        ("memorised", figures => figures.Memorised),
        ("diversity", figures => figures.Diversity),
        ("prompt_tags", figures => figures.PromptTags),
        ("embedding.mascot_similarity", figures => figures.Embedding?.MascotSimilarity),
        ("embedding.drift", figures => figures.Embedding?.Drift),
        ("embedding.diversity", figures => figures.Embedding?.Diversity),
    ];

    /// <summary>Whether a measure is from 0 to 1.</summary>
    public static bool IsShare(string name) => name is not ("mascot_score" or "embedding.mascot_similarity" or "embedding.diversity");

    /// <summary>Means over sets of pictures; a measure that some of them do not give is the mean of the others.</summary>
    public static EvaluationFigures Of(IEnumerable<EvaluationFigures> parts)
    {
        var all = parts.ToArray();
        double? Mean(Func<EvaluationFigures, double?> value) => all.Select(value).Average() is { } mean ? Math.Round(mean, 4) : null;
        return new EvaluationFigures(
            Mean(part => part.BackgroundRecall),
            Mean(part => part.MascotPresence),
            Mean(part => part.MascotScore),
            Mean(part => part.FlatBackground),
            Mean(part => part.NearWhiteBorder),
            all.Sum(part => part.Pictures))
        {
            MascotSimilarity = Mean(part => part.MascotSimilarity),
            Leakage = Mean(part => part.Leakage),
            Drift = Mean(part => part.Drift),
            Uninvited = Mean(part => part.Uninvited),
            Memorised = Mean(part => part.Memorised),
            Diversity = Mean(part => part.Diversity),
            PromptTags = Mean(part => part.PromptTags),
            Embedding = all.All(part => part.Embedding is null)
                ? null
                : new EmbeddingFigures(Mean(part => part.Embedding?.MascotSimilarity), Mean(part => part.Embedding?.Drift), Mean(part => part.Embedding?.Diversity)),
        };
    }
}

/// <summary>What was measured in an encoder's embedding; never to be mixed with the measures in pixels.</summary>
/// <param name="MascotSimilarity">Mean cosine of drawn with real pictures, −1 to 1 (DINO and CLIP-I of DreamBooth, Ruiz et al. 2022): see <see cref="EmbeddingMeter"/>.</param>
/// <param name="Drift">(1 − mean cosine) / 2 of pictures of prompts without the trigger word with and without the LoRA, 0 to 1.</param>
/// <param name="Diversity">1 − mean cosine of pictures of one prompt and different seeds, 0 to 2.</param>
internal sealed record EmbeddingFigures(double? MascotSimilarity, double? Drift, double? Diversity);
