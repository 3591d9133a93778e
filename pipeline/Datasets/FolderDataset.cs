using Slipway.Engine.Jobs;
using Slipway.Pipeline.Plans.Datasets;
using Slipway.Training.Data;
using Slipway.Training.Options;

namespace Slipway.Pipeline.Datasets;

/// <summary>A folder of the user's as a dataset.</summary>
internal static class FolderDataset
{
    /// <param name="plan">Of <c>source: folder</c>.</param>
    /// <param name="workspace">What its paths are relative to.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">What <see cref="TrainingFolder.Read"/> finds, or repeats that are said twice.</exception>
    public static Dataset List(DatasetPlan plan, string workspace)
    {
        var folder = plan.Folder!;
        var (path, masks) = (Path.Combine(workspace, folder.Folder), folder.ConditioningDataDir is { } given ? Path.Combine(workspace, given) : null);
        if (!Directory.Exists(path))
            throw new DirectoryNotFoundException($"Dataset `{plan.Key}`: folder '{folder.Folder}' does not exist.");
        var read = List(plan, path, masks);
        return new Dataset(plan, Folders(plan, read, WayTo(path, workspace), masks is null ? "" : WayTo(masks, workspace)))
        {
            Warnings = read.Warnings,
            Masks = folder.AlphaMask ? MaskSource.Alpha : folder.ConditioningDataDir is not null ? MaskSource.Files : MaskSource.None,
        };
    }

    private static TrainingFolder List(DatasetPlan plan, string path, string? masks)
    {
        TrainingFolder read;
        try
        {
            read = TrainingFolder.Read(path, new TrainingFolderOptions
            {
                Caption = plan.Caption,
                ClassTokens = plan.Folder!.ClassTokens,
                CaptionExtension = plan.Folder.CaptionExtension,
                AllowMissingCaptions = plan.Folder.AllowMissingCaptions,
                MaskFolder = masks,
            });
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException(string.Join("\n", exception.Message.Split('\n').Select(problem => $"Dataset `{plan.Key}`: {problem}")), exception);
        }

        return plan.NumRepeats == 1 || read.Files.All(file => file.Repeats is null)
            ? read
            : throw new InvalidDataException($"Dataset `{plan.Key}`, folder '{plan.Folder!.Folder}': `num_repeats` is {plan.NumRepeats}, and the names of its subfolders say their own; leave it out.");
    }

    private static IReadOnlyList<PictureFolder> Folders(DatasetPlan plan, TrainingFolder read, string way, string wayToMasks) =>
    [
        .. read.Files.GroupBy(file => file.Subfolder, StringComparer.Ordinal).Select(group => new PictureFolder(
            group.First().Repeats is null ? plan.FolderName : group.Key,
            group.First().Repeats ?? plan.NumRepeats,
            Pictures([.. group], Below(way, group.Key), Below(wayToMasks, group.Key)))),
    ];

    private static PictureFile[] Pictures(TrainingFile[] files, string way, string wayToMasks) => Array.ConvertAll(files, file => new PictureFile(file.Picture, new FileRef(way + file.Picture, "picture"))
    {
        Caption = file.CaptionFile is null ? null : new FileRef(way + file.CaptionFile, "caption"),
        Text = file.Caption,
        Mask = file.MaskFile is null ? null : new FileRef(wayToMasks + file.MaskFile, "mask"),
    });

    private static string Below(string way, string subfolder) => subfolder.Length == 0 ? way : $"{way}{subfolder}/";

    /// <summary>From the workspace to a folder, with a slash behind; empty where it is the workspace itself.</summary>
    private static string WayTo(string folder, string workspace) =>
        Path.GetRelativePath(workspace, folder) is var way && way == "." ? "" : $"{way.Replace('\\', '/')}/";
}
