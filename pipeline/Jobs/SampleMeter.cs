using Slipway.Imaging.Measuring;
using Slipway.Imaging.Pictures;
using Slipway.Tagging;
using Slipway.Tagging.Tags;

namespace Slipway.Pipeline.Jobs;

/// <summary>A picture to be measured.</summary>
/// <param name="Picture">The picture.</param>
/// <param name="Kind">Kind of background that was asked for; null where nobody knows.</param>
/// <param name="Prompt">Its prompt; null where nobody knows.</param>
internal sealed record PictureToMeasure(Picture Picture, string? Kind, string? Prompt);

/// <summary>A measured picture.</summary>
/// <param name="Figures">What it gave by itself.</param>
/// <param name="Reasons">Why a measure is null.</param>
/// <param name="Small">The picture, to be compared with others.</param>
/// <param name="Foreground">Where the mascot is or may be in it; null: nowhere.</param>
internal sealed record MeasuredPicture(EvaluationFigures Figures, IReadOnlyDictionary<string, string> Reasons, Picture Small, bool[]? Foreground)
{
    /// <summary>The picture in the encoder's embedding; null where there is no encoder.</summary>
    public EmbeddedPicture? Embedded { get; init; }
}

/// <summary>The measures that a picture gives by itself: <c>Evaluate</c>'s and <c>Measure</c>'s alike.</summary>
/// <param name="mascot">Looks for the mascot.</param>
/// <param name="tagger">Looks for backgrounds and tags.</param>
/// <param name="tagThreshold">From which probability a tag of the prompt is found.</param>
internal sealed class SampleMeter(MascotMeter mascot, Tagger tagger, double tagThreshold)
{
    // What is decoded at a time.
    private const int Together = 8;

    /// <summary>Compares pictures in an embedding; null where there is no encoder.</summary>
    public EmbeddingMeter? Embedding { get; init; }

    /// <summary>Whether the mascot can be looked for.</summary>
    public MascotFigures Mascot => mascot.Figures;

    /// <summary>Measures pictures, a few at a time: those that are only decoded when they are asked for are not held longer.</summary>
    public IEnumerable<MeasuredPicture> Measure(IEnumerable<PictureToMeasure> pictures) =>
        pictures.Chunk(Together).SelectMany(chunk => chunk.Zip(tagger.Run([.. chunk.Select(item => item.Picture)]), (item, tags) => Measure(item, tags) with { Embedded = Embed(item.Picture) }));

    /// <summary>A picture in the encoder's embedding; null where there is no encoder.</summary>
    public EmbeddedPicture? Embed(Picture picture) => Embedding?.Measure([picture])[0];

    /// <summary>Whether the mascot is in a picture, 1 or 0; null where that cannot be told.</summary>
    public double? Presence(Picture picture) => AsShare(mascot.Find(picture).IsPresent);

    private MeasuredPicture Measure(PictureToMeasure item, TagProbabilities tags)
    {
        var (picture, reasons) = (item.Picture, new Dictionary<string, string>(StringComparer.Ordinal));
        var seen = mascot.Find(picture);
        var small = PictureDistance.Small(picture);
        if (seen.IsPresent is null)
            reasons["mascot_presence"] = mascot.Figures.Reason!;
        if (seen.Match.Score is null)
            reasons["mascot_score"] = reasons["mascot_similarity"] = "The sprite has no place in a picture of this shape.";
        var figures = new EvaluationFigures(
            Background(item.Kind, tags, reasons),
            AsShare(seen.IsPresent),
            Rounded(seen.Match.Score),
            Measures.IsFlat(picture, seen.Foreground) ? 1 : 0,
            Rounded(Measures.NearWhiteBorder(picture)),
            1)
        {
            MascotSimilarity = Rounded(seen.Match.Similarity),
            PromptTags = PromptTags(item.Prompt, tags, reasons),
        };
        return new MeasuredPicture(figures, reasons, small, seen.Foreground is { } places ? PictureDistance.At(places, picture.Width, picture.Height, small) : null);
    }

    private double? Background(string? kind, TagProbabilities tags, Dictionary<string, string> reasons)
    {
        if (kind is not null && tagger.Vocabulary.Knows(kind))
            return tags[kind] >= Evaluation.FoundFrom ? 1 : 0;
        reasons["background_recall"] = kind is null ? "The prompt names none of the plan's kinds of background." : $"The tagger has no tag '{kind}'.";
        return null;
    }

    private double? PromptTags(string? prompt, TagProbabilities tags, Dictionary<string, string> reasons)
    {
        string[] asked = prompt is null ? [] : [.. PromptTexts.Tags(prompt).Where(tagger.Vocabulary.Knows).Distinct(StringComparer.Ordinal)];
        if (asked.Length > 0)
            return Rounded(asked.Count(name => tags[name] >= tagThreshold) / (double)asked.Length);
        reasons["prompt_tags"] = prompt is null ? "The picture's file has no prompt." : "The tagger knows none of the prompt's tags.";
        return null;
    }

    private static double? AsShare(bool? value) => value is { } known ? known ? 1 : 0 : null;

    private static double? Rounded(double? value) => value is { } known && double.IsFinite(known) ? Math.Round(known, 4) : null;
}
