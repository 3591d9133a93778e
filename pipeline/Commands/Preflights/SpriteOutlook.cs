using Slipway.Imaging.Compositing;
using Slipway.Imaging.Pictures;
using Slipway.Pipeline.Jobs;
using Slipway.Pipeline.Plans.Sections;
using static System.FormattableString;

namespace Slipway.Pipeline.Commands.Preflights;

/// <summary>What is known of the sprite, and what is odd about it.</summary>
internal static class SpriteOutlook
{
    private const int Shown = 5;

    /// <summary>In words, a line each.</summary>
    /// <param name="path">Full path of the sprite.</param>
    /// <param name="name">What the plan calls it.</param>
    /// <param name="profiles">What becomes of its colour profile.</param>
    /// <param name="composites">The pictures that it is put on, with their sizes.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no cut-out.</exception>
    public static IReadOnlyList<string> Lines(string path, string name, ColorProfiles profiles, IReadOnlyList<(CompositeJob Job, PictureSize Size)> composites)
    {
        var header = PictureHeader.Read(path);
        var compositor = new Compositor(Picture.Load(path, profiles), name);
        var outline = compositor.Outline;
        return
        [
            Invariant($"sprite {name}: {outline.FileWidth}×{outline.FileHeight} pixels; {outline.Width}×{outline.Height} from ({outline.Left}, {outline.Top}) can be seen, {100 * outline.OpaqueShare:0} % of it opaque{Size(outline, composites)}; {Profile(header, profiles)}"),
            .. Oddities(outline).Select(line => "  " + line),
            .. MadeToFit(compositor, composites).Select(line => "  " + line),
        ];
    }

    private static string Size(SpriteOutline outline, IReadOnlyList<(CompositeJob Job, PictureSize Size)> composites)
    {
        if (composites.Count == 0)
            return "";
        var times = composites.Max(one => one.Job.Options.MaxScale * one.Size.Height) / outline.Height;
        return times > 1 ? Invariant($"; enlarged up to {times:0.0#} times") : Invariant($"; at most {times:0.0##} times its size in the pictures");
    }

    private static string Profile(PictureHeader header, ColorProfiles profiles) =>
        !header.HasOtherProfile ? "colours in sRGB" : profiles == ColorProfiles.Apply ? "its colour profile is applied" : "its colour profile is passed over (`color_profiles: ignore`)";

    private static IEnumerable<string> Oddities(SpriteOutline outline)
    {
        if (outline.Strongest < SpriteOutline.Faint)
            yield return Invariant($"it can hardly be seen: its strongest alpha is {outline.Strongest} of 255; export it again with its layers opaque, if that is a mistake");
        foreach (var part in outline.LeftOut.Take(Shown))
            yield return Invariant($"left out of the box: {part.Pixels} {(part.Pixels == 1 ? "pixel" : "pixels")} at ({part.Left}, {part.Top}), {part.Width}×{part.Height}, far from the rest; erase it in the file, or draw it larger if it belongs there");
        if (outline.LeftOut.Count > Shown)
            yield return Invariant($"… and {outline.LeftOut.Count - Shown} more such parts");
        if (outline.Veil > 0)
            yield return Invariant($"left out: {outline.Veil} pixels around it that are next to transparent (alpha of at most {outline.Faintest})");
    }

    private static IEnumerable<string> MadeToFit(Compositor compositor, IReadOnlyList<(CompositeJob Job, PictureSize Size)> composites)
    {
        var fitted = composites.Count(one => one.Job.Options.Whole && compositor.IsMadeToFit(one.Size.Width, one.Size.Height, one.Job.Options, one.Job.Seed));
        if (fitted > 0)
            yield return Invariant($"in {fitted} of {composites.Count} composites it is moved or made smaller, so that all of it is in the picture (`composites.whole: false` cuts it off)");
        var cut = composites.Count(one => !one.Job.Options.Whole && compositor.IsMadeToFit(one.Size.Width, one.Size.Height, one.Job.Options, one.Job.Seed));
        if (cut > 0)
            yield return Invariant($"in {cut} of {composites.Count} composites a part of it is cut off (`composites.whole: false`)");
    }
}
