using Slipway.Imaging.Measuring;
using Slipway.Imaging.Pictures;

namespace Slipway.Pipeline.Jobs;

/// <summary>A measured sample picture.</summary>
/// <param name="Kind">Kind of background that was asked for.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="File">Where it is in the folder of all outputs.</param>
/// <param name="Picture">What it gave by itself.</param>
internal sealed record MeasuredSample(string Kind, long Seed, string File, MeasuredPicture Picture);

/// <summary>A picture of a prompt without the trigger word.</summary>
/// <param name="Kind">Kind of background that was asked for.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="File">Where it is in the folder of all outputs.</param>
/// <param name="Small">The picture.</param>
/// <param name="Presence">Whether the mascot is in it; null where that cannot be told.</param>
internal sealed record UntriggeredSample(string Kind, long Seed, string File, Picture Small, double? Presence)
{
    /// <summary>The picture in the encoder's embedding; null where there is no encoder.</summary>
    public EmbeddedPicture? Embedded { get; init; }
}

/// <summary>
/// What was measured on a version's pictures, and what follows from others beside them.
/// <list type="bullet">
/// <item><b>leakage</b>: <see cref="PictureDistance"/> from the base model's picture of the same prompt and seed, without the places of the mascot in either
/// picture. It counts all that has changed around it, for better or worse: another beach leaks as much as a white page of the same distance.</item>
/// <item><b>drift</b>: the same of prompts without the trigger word, the whole picture. <b>uninvited</b>: the share of those with the mascot in them. (PEFT's
/// benchmark of image adapters has the term; in an encoder's embedding its formula is (1 − mean cosine) / 2.)</item>
/// <item><b>memorised</b>: <see cref="PictureDistance.Nearness"/> to the training pictures, against the base model's picture. A mascot that fills much of both
/// brings them nearer too: compare versions that show it alike.</item>
/// <item><b>diversity</b>: mean distance of a picture from those of the same prompt and other seeds.</item>
/// </list>
/// Leakage, drift and memorised of the base model itself are 0 by definition.
/// </summary>
/// <param name="Name">Name of the version, or <c>base</c>.</param>
/// <param name="Samples">Its pictures.</param>
/// <param name="Untriggered">Those of prompts without the trigger word.</param>
/// <param name="Learned">Its training pictures.</param>
internal sealed record MeasuredVersion(string Name, IReadOnlyList<MeasuredSample> Samples, IReadOnlyList<UntriggeredSample> Untriggered, IReadOnlyList<Picture> Learned)
{
    private const string NotDrawn = "No pictures of prompts without the trigger word were drawn: `evaluation.drift_seeds` is 0, or nothing is left of the prompts without it.";

    /// <summary>All measures of each sample.</summary>
    /// <param name="without">The base model's, of the same prompts and seeds.</param>
    public IReadOnlyList<SampleMeasures> Of(MeasuredVersion without) => [.. Samples.Select((sample, i) => Of(sample, without.Samples[i].Picture, this == without))];

    /// <summary>Drift of each picture without the trigger word.</summary>
    /// <inheritdoc cref="Of(MeasuredVersion)"/>
    public IReadOnlyList<SampleMeasures> OfUntriggered(MeasuredVersion without) =>
    [
        .. Untriggered.Select((sample, i) => new SampleMeasures(Name, sample.Kind, sample.Seed, sample.File, new EvaluationFigures(null, null, null, null, null, 1)
        {
            Drift = Rounded(PictureDistance.Between(sample.Small, without.Untriggered[i].Small)),
            Uninvited = sample.Presence,
            Embedding = sample.Embedded is { } embedded && without.Untriggered[i].Embedded is { } other ? new EmbeddingFigures(null, Rounded(EmbeddedPicture.Drift(embedded, other)), null) : null,
        })),
    ];

    /// <summary>The pictures of one seed alone.</summary>
    public MeasuredVersion At(long seed) => this with { Samples = [.. Samples.Where(sample => sample.Seed == seed)], Untriggered = [.. Untriggered.Where(sample => sample.Seed == seed)] };

    /// <summary>Why a measure is null, by its name.</summary>
    /// <param name="figures">The version's.</param>
    /// <param name="isBase">Whether it is the base model.</param>
    public IReadOnlyDictionary<string, string> Reasons(EvaluationFigures figures, bool isBase)
    {
        var known = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["leakage"] = "The mascot covers all of the pictures.",
            ["drift"] = NotDrawn,
            ["uninvited"] = Untriggered.Count == 0 ? NotDrawn : "This sprite cannot be told from backgrounds; see mascot_presence.",
            ["memorised"] = isBase ? "The base model has learned none of the pictures." : "The version's training pictures are not known.",
            ["diversity"] = "There is only one seed of each prompt.",
        };
        if (figures.Embedding is not null)
            (known["embedding.drift"], known["embedding.diversity"]) = (known["drift"], known["diversity"]);
        foreach (var (measure, reason) in Samples.SelectMany(sample => sample.Picture.Reasons))
            known[measure] = reason;
        return EvaluationFigures.Measures
            .Where(measure => measure.Of(figures) is null && known.ContainsKey(measure.Name))
            .ToDictionary(measure => measure.Name, measure => known[measure.Name], StringComparer.Ordinal);
    }

    private SampleMeasures Of(MeasuredSample sample, MeasuredPicture without, bool isBase)
    {
        var small = sample.Picture.Small;
        MeasuredPicture[] others = [.. Samples.Where(other => other.Kind == sample.Kind && other != sample).Select(other => other.Picture)];
        return new SampleMeasures(Name, sample.Kind, sample.Seed, sample.File, sample.Picture.Figures with
        {
            Leakage = isBase ? 0 : Rounded(PictureDistance.Between(small, without.Small, Union(sample.Picture.Foreground, without.Foreground))),
            Memorised = isBase ? 0 : Learned.Count == 0 ? null : Rounded(PictureDistance.Nearness(small, without.Small, Learned)),
            Diversity = Rounded(PictureDistance.Mean(small, [.. others.Select(other => other.Small)])),
            Embedding = sample.Picture.Embedded is { } embedded ? new EmbeddingFigures(Rounded(embedded.MascotSimilarity), null, Rounded(embedded.Diversity(others.Select(other => other.Embedded!)))) : null,
        });
    }

    private static bool[]? Union(bool[]? first, bool[]? second) =>
        first is null || second is null || first.Length != second.Length ? first ?? second : [.. first.Zip(second, (a, b) => a || b)];

    private static double? Rounded(double? value) => value is { } known ? Math.Round(known, 4) : null;
}
