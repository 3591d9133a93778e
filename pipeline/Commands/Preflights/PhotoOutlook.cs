using Slipway.Engine.Jobs;
using Slipway.Imaging.Pictures;
using Slipway.Pipeline.Datasets;
using Slipway.Pipeline.Graph;
using Slipway.Pipeline.Jobs;
using Slipway.Pipeline.Plans.Sections;
using static System.FormattableString;

namespace Slipway.Pipeline.Commands.Preflights;

/// <summary>What is known of the user's pictures that become backgrounds, and what is odd about them.</summary>
internal static class PhotoOutlook
{
    /// <summary>In words, a line each; none where the plan has no such pictures.</summary>
    /// <param name="plan">The backgrounds.</param>
    /// <param name="workspace">What paths are relative to.</param>
    /// <param name="graph">What is made of them.</param>
    /// <param name="find">Where inputs are.</param>
    public static IReadOnlyList<string> Lines(BackgroundsPlan plan, string workspace, PlanGraph graph, Func<Input, JobInput> find)
    {
        if (plan.Folder is null)
            return [];
        var used = Used(graph);
        try
        {
            var folder = PhotoFolder.List(plan.Folder, workspace);
            var kinds = folder.Choose(plan.Count, plan.Seed).CountBy(photo => photo.Kind, StringComparer.Ordinal).OrderBy(kind => kind.Key, StringComparer.Ordinal)
                .Select(kind => Invariant($"{(kind.Key.Length == 0 ? "without a kind" : kind.Key)} {kind.Value}"));
            return
            [
                Invariant($"backgrounds: {used.Count} of {folder.Photos.Count} pictures of {plan.Folder}; {string.Join(", ", kinds)}"),
                .. folder.Warnings.Select(line => "  " + line),
                .. PictureNote.Lines(used.SelectMany(job => Notes((FileRef)job.Background, job.Size!, find))).Select(line => "  " + line),
            ];
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException)
        {
            // Whoever learns from them says so too.
            return [exception.Message];
        }
    }

    /// <summary>Those that cannot be read, by name, a line each.</summary>
    /// <param name="plan">The backgrounds.</param>
    /// <param name="graph">What is made of them.</param>
    /// <param name="find">Where inputs are.</param>
    public static IEnumerable<string> Problems(BackgroundsPlan plan, PlanGraph graph, Func<Input, JobInput> find) =>
        plan.Folder is null ? [] : Used(graph).Select(job => Header((FileRef)job.Background, find).Problem).OfType<string>();

    private static List<CompositeJob> Used(PlanGraph graph) =>
    [
        .. graph.Jobs.Stages.Where(stage => stage.Name == "Composites").SelectMany(stage => stage.Jobs).Select(node => node.Job).OfType<CompositeJob>()
            .Where(job => job is { Background: FileRef, Size: not null }).DistinctBy(job => ((FileRef)job.Background).Path),
    ];

    // What is no file is not opened: a named pipe would be waited for.
    private static (PictureHeader? Header, string? Problem) Header(FileRef file, Func<Input, JobInput> find)
    {
        try
        {
            return find(file).Source is var path && find(file).Hash is not null ? (PictureHeader.Read(path), null) : (null, null);
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException)
        {
            return (null, exception.Message);
        }
    }

    private static List<PictureNote> Notes(FileRef file, PictureSize size, Func<Input, JobInput> find)
    {
        if (Header(file, find).Header is not { } header)
            return [];
        var path = file.Path;
        var notes = new List<PictureNote>();
        if (Math.Max((double)size.Width / header.Width, (double)size.Height / header.Height) is > 1 and var times)
            notes.Add(new("small", Invariant($"{path}: {header.Width}×{header.Height} pixels, too small for {size}: enlarged {times:0.0#} times")));
        if (header.Frames > 1)
            notes.Add(new("frames", Invariant($"{path}: has {header.Frames} frames; the first is taken")));
        return notes;
    }
}
