using System.Text.Json.Nodes;

namespace Slipway.Pipeline.Reports;

/// <summary>A version, or a step of it that was saved, on the plane of what is wanted and what is not.</summary>
/// <param name="Version">Its name, or <c>base</c>.</param>
/// <param name="Step">The saved step; null: the version's own file.</param>
/// <param name="Mascot">How much of the mascot there is, 0 to 1.</param>
/// <param name="Harm">What it does to the rest, 0 to 1.</param>
/// <param name="Background">How often the background is there that the prompt named, 0 to 1; null where that is not known.</param>
internal sealed record ChoicePoint(string Version, int? Step, double Mascot, double Harm, double? Background)
{
    /// <summary>Whether no other point has more of the mascot with no more harm, or as much with less.</summary>
    public bool Unbeaten { get; init; }
}

/// <summary>
/// Which file is the best one: the one with the largest harmonic mean of mascot and background, since a picture is of
/// use where both are there; of equal ones the one that does the least harm, and the first one. A saved step was measured at one seed alone, at which it may
/// look better than it is: it counts where it is ahead of every version's own file at that seed.
/// </summary>
/// <param name="Mascot">The measure of the mascot that it goes by; null where there is none.</param>
/// <param name="Harm">The measure of harm; null where there is none.</param>
/// <param name="Points">All versions and their saved steps.</param>
internal sealed record Choice(string? Mascot, string? Harm, IReadOnlyList<ChoicePoint> Points)
{
    // Below it nobody would say that the mascot was learned.
    private const double Learned = 0.05;
    private const string EmbeddedMascot = "embedding.mascot_similarity";
    private const string EmbeddedDrift = "embedding.drift";
    private static readonly string[] LessIsBetter = ["drift", "leakage", EmbeddedDrift];

    /// <summary>The recommended one; null where none has learned the mascot.</summary>
    public ChoicePoint? Best { get; init; }

    /// <summary>Whether nothing beats it, and of all that nothing beats none has a larger mean.</summary>
    public bool BestOfUnbeaten { get; init; }

    /// <summary>
    /// The best of the other versions, of equal ones the last, to which it is compared; null where there is none. Beside a saved step it has its figures of
    /// the step's seed.
    /// </summary>
    public ChoicePoint? Rival { get; init; }

    /// <summary>Whether it is better than the rival by more than chance; null where that is not known.</summary>
    public bool? BeyondNoise { get; init; }

    /// <summary>Reads it from <c>evaluation.json</c>, of which every part may be missing.</summary>
    /// <param name="evaluation">Its content.</param>
    /// <param name="names">The versions, the base model first.</param>
    public static Choice Of(JsonNode? evaluation, IReadOnlyList<string> names)
    {
        var figures = names.Select(name => (Name: name, Step: (int?)null, Figures: evaluation?["versions"]?[name] as JsonObject)).ToList();
        foreach (var name in names)
        {
            foreach (var (step, node) in evaluation?["steps"]?[name] as JsonObject ?? [])
            {
                if (int.TryParse(step, out var number) && node is JsonObject of)
                    figures.Add((name, number, of));
            }
        }

        // An encoder's figures are compared with one another, or those in pixels and tags; never one kind with the other.
        var isEmbedded = new[] { EmbeddedMascot, EmbeddedDrift }.All(measure => FirstTold(evaluation, names, measure) is not null);
        var mascot = isEmbedded ? EmbeddedMascot : FirstTold(evaluation, names, "mascot_presence", "mascot_similarity");
        var harm = isEmbedded ? EmbeddedDrift : FirstTold(evaluation, names, "drift", "leakage", "background_recall");
        if (mascot is null || harm is null)
            return new Choice(mascot, harm, []);
        var points = figures
            .Select(item => (item.Name, item.Step, Mascot: Value(item.Figures, mascot), Harm: Value(item.Figures, harm), Background: isEmbedded ? null : Value(item.Figures, "background_recall")))
            .Where(item => item.Mascot is not null && item.Harm is not null)
            // Of the background that is there too little is what is missing.
            .Select(item => new ChoicePoint(item.Name, item.Step, item.Mascot!.Value, harm == "background_recall" ? Math.Round(1 - item.Harm!.Value, 4) : item.Harm!.Value, item.Background))
            .ToList();
        points = [.. points.Select(point => point with { Unbeaten = !points.Exists(other => Beats(other, point)) })];
        var own = points.FindAll(point => point.Step is null && point.Version != names[0]);
        var atFirstSeed = own.ConvertAll(point => AtFirstSeed(evaluation, point, mascot, harm));
        var ordered = points.Where(point => point.Version != names[0] && (point.Step is null || atFirstSeed.TrueForAll(other => IsAhead(point, other)))).OrderByDescending(Balance).ThenBy(point => point.Harm).ToList();
        // A picture without the mascot is a little like it too, in an embedding.
        var least = Learned + (isEmbedded ? points.Find(point => point.Version == names[0])?.Mascot ?? 0 : 0);
        var best = ordered.Find(point => point.Mascot > least);
        // A version's own file: nobody asks whether it beats a step on the way of another.
        var rival = best is null ? null : (best.Step is null ? own : atFirstSeed).FindAll(point => point.Version != best.Version)
            .OrderByDescending(Balance).ThenBy(point => point.Harm).ThenByDescending(point => names.Index().First(name => name.Item == point.Version).Index).FirstOrDefault();
        return new Choice(mascot, harm, points)
        {
            Best = best,
            BestOfUnbeaten = best is { Unbeaten: true } && points.TrueForAll(point => !point.Unbeaten || Balance(point) <= Balance(best)),
            Rival = rival,
            BeyondNoise = rival is null ? null : IsBetter(evaluation, best!, rival, isEmbedded ? [mascot, harm] : [mascot, "background_recall", harm]),
        };
    }

    private static bool Beats(ChoicePoint other, ChoicePoint point) =>
        other.Mascot >= point.Mascot && other.Harm <= point.Harm && (other.Mascot > point.Mascot || other.Harm < point.Harm);

    private static bool IsAhead(ChoicePoint step, ChoicePoint own) => Balance(step) > Balance(own) || (Balance(step) == Balance(own) && step.Harm < own.Harm);

    /// <summary>A version's own file by the pictures of the first seed alone, at which saved steps are measured.</summary>
    private static ChoicePoint AtFirstSeed(JsonNode? evaluation, ChoicePoint own, string mascot, string harm) => own with
    {
        Mascot = AtFirstSeed(evaluation, own.Version, mascot) ?? own.Mascot,
        Harm = AtFirstSeed(evaluation, own.Version, harm) is not { } value ? own.Harm : harm == "background_recall" ? Math.Round(1 - value, 4) : value,
        Background = own.Background is null ? null : AtFirstSeed(evaluation, own.Version, "background_recall") ?? own.Background,
    };

    private static double? AtFirstSeed(JsonNode? evaluation, string version, string measure)
    {
        var seed = Number((evaluation?["samples"] as JsonArray)?.FirstOrDefault()?["seed"]);
        return new[] { "samples", "untriggered" }.SelectMany(list => evaluation?[list] as JsonArray ?? [])
            .Where(sample => (string?)sample?["version"] == version && Number(sample?["seed"]) == seed)
            .Select(sample => Value(sample as JsonObject, measure))
            .Average() is { } mean ? Math.Round(mean, 4) : null;
    }

    private static double Balance(ChoicePoint point)
    {
        var background = point.Background ?? 1 - point.Harm;
        return point.Mascot + background <= 0 ? 0 : Math.Round(2 * point.Mascot * background / (point.Mascot + background), 4);
    }

    /// <summary>Whether the intervals of a measure lie apart, the better one's on the better side; null where there are none.</summary>
    private static bool? IsBetter(JsonNode? evaluation, ChoicePoint better, ChoicePoint other, IReadOnlyList<string> measures)
    {
        if (better.Step is not null)
            return null;
        bool? known = null;
        foreach (var measure in measures.Distinct(StringComparer.Ordinal))
        {
            if (Interval(evaluation, better.Version, measure) is not var (low, high) || Interval(evaluation, other.Version, measure) is not var (otherLow, otherHigh))
                continue;
            known = known == true || (LessIsBetter.Contains(measure) ? high < otherLow : low > otherHigh);
        }

        return known;
    }

    private static (double Low, double High)? Interval(JsonNode? evaluation, string version, string measure) =>
        evaluation?["intervals"]?[version]?[measure] is JsonArray { Count: 2 } interval && Number(interval[0]) is { } low && Number(interval[1]) is { } high ? (low, high) : null;

    private static string? FirstTold(JsonNode? evaluation, IReadOnlyList<string> names, params string[] measures) =>
        measures.FirstOrDefault(measure => names.Any(name => Value(evaluation?["versions"]?[name] as JsonObject, measure) is not null));

    private static double? Value(JsonObject? figures, string measure) => Number(measure.Split('.').Aggregate((JsonNode?)figures, (at, name) => (at as JsonObject)?[name]));

    private static double? Number(JsonNode? node) => node is JsonValue value && value.TryGetValue<double>(out var number) ? number : null;
}
