using Slipway.Imaging.Pictures;
using Slipway.Pipeline.Datasets;
using Slipway.Training.Data;
using static System.FormattableString;

namespace Slipway.Pipeline.Commands.Preflights;

/// <summary>Something odd about a picture or its caption, which is learned all the same.</summary>
/// <param name="About">What sort of thing; of many of a sort a few are shown.</param>
/// <param name="Text">A sentence.</param>
internal sealed record PictureNote(string About, string Text)
{
    /// <summary>Times that a side is enlarged, and share of a picture that is left, from which it is worth a word.</summary>
    private const double Enlarged = 2;
    private const double Left = 0.5;

    private const int Shown = 5;

    /// <summary>What a header and a caption already tell.</summary>
    /// <param name="file">The picture.</param>
    /// <param name="header">Its header.</param>
    /// <param name="fit">How it gets to its bucket.</param>
    /// <param name="subset">How it is used.</param>
    public static IEnumerable<PictureNote> Of(DatasetFile file, PictureHeader header, BucketFit fit, Subset subset)
    {
        if (header.Frames > 1)
            yield return new("frames", Invariant($"{file.Name}: has {header.Frames} frames; the first is learned"));
        if (header.HasOtherProfile)
        {
            yield return new("profile", subset.Profiles == ColorProfiles.Apply
                ? $"{file.Name}: its colour profile is applied (`color_profiles: ignore` passes it over, as sd-scripts does)"
                : $"{file.Name}: its colour profile is passed over (`color_profiles: ignore`)");
        }

        var times = Math.Max((double)fit.Resized.Width / header.Width, (double)fit.Resized.Height / header.Height);
        if (times >= Enlarged)
            yield return new("enlarged", Invariant($"{file.Name}: {header.Width}×{header.Height} pixels, enlarged {times:0.#} times"));
        var share = (double)fit.Bucket.Width * fit.Bucket.Height / ((double)fit.Resized.Width * fit.Resized.Height);
        if (share < Left)
            yield return new("cut", Invariant($"{file.Name}: {header.Width}×{header.Height} pixels, of which {100 * share:0} % are left in its bucket of {fit.Bucket.Width}×{fit.Bucket.Height}"));
        if (subset.Options.Caption?.EnableWildcard != true && file.ReadCaption().Split('\n').Length is > 1 and var lines)
            yield return new("lines", Invariant($"{file.Name}: its caption has {lines} lines; the first is learned (`enable_wildcard` chooses among all)"));
    }

    /// <summary>A few of each sort, and how many more there are.</summary>
    public static IEnumerable<string> Lines(IEnumerable<PictureNote> notes) => notes.GroupBy(note => note.About).SelectMany(sort =>
        sort.Take(Shown).Select(note => note.Text).Concat(sort.Count() > Shown ? [Invariant($"… and {sort.Count() - Shown} more such")] : []));
}
