using Slipway.Engine.Caching;
using Slipway.Imaging.Pictures;
using Slipway.Pipeline.Plans.Datasets;
using Slipway.Training.Data;
using Slipway.Training.Options;

namespace Slipway.Pipeline.Stages;

/// <summary>A folder of the user's as a dataset.</summary>
internal static class FolderDataset
{
    /// <param name="plan">Of <c>source: folder</c>.</param>
    /// <param name="root">What its paths are relative to.</param>
    /// <param name="hasher">Hashes the files.</param>
    /// <exception cref="InvalidDataException">What <see cref="TrainingFolder.Read"/> finds, or repeats that are said twice.</exception>
    public static Dataset Read(DatasetPlan plan, string root, FileHasher hasher)
    {
        var folder = plan.Folder!;
        var (path, masks) = (Path.Combine(root, folder.Path), folder.MaskFolder is { } given ? Path.Combine(root, given) : null);
        if (!Directory.Exists(path))
        {
            throw new DirectoryNotFoundException($"Dataset `{plan.Key}`: folder '{folder.Path}' does not exist.");
        }

        var read = List(plan, path, masks);
        return new Dataset(
            plan,
            [
                .. read.Files.Select(file => Entry("image", file.Picture, file.Subfolder, hasher)),
                .. read.Files.Where(file => file.CaptionFile is not null).DistinctBy(file => file.CaptionFile).Select(file => Entry("caption", file.CaptionFile!, file.Subfolder, hasher)),
            ],
            [.. read.Files.Select(file => File(plan, file))])
        {
            Warnings = read.Warnings,
            MaskEntries = [.. read.Files.Where(file => file.MaskFile is not null).Select(file => Entry("mask", file.MaskFile!, file.Subfolder, hasher))],
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
            : throw new InvalidDataException($"Dataset `{plan.Key}`, folder '{plan.Folder!.Path}': `num_repeats` is {plan.NumRepeats}, and the names of its subfolders say their own; leave it out.");
    }

    private static DatasetFile File(DatasetPlan plan, TrainingFile file) =>
        new(file.Picture, () => file.Caption, file.Repeats is null ? plan.FolderName : file.Subfolder, file.Repeats ?? plan.NumRepeats)
        {
            Mask = plan.Folder!.AlphaMask ? picture => picture.AlphaAsGrey()
                : file.MaskFile is { } mask ? picture => Loaded(mask, picture)
                : null,
        };

    private static Picture Loaded(string path, Picture picture)
    {
        var mask = Picture.Load(path);
        return (mask.Width, mask.Height) == (picture.Width, picture.Height)
            ? mask.Flatten(0, 0, 0)
            : throw new InvalidDataException($"Mask '{path}' has {mask.Width}×{mask.Height} pixels and its picture {picture.Width}×{picture.Height}; make them equal.");
    }

    private static FingerprintEntry Entry(string role, string path, string subfolder, FileHasher hasher) =>
        FingerprintEntry.File(string.Join('/', new[] { role, subfolder, Path.GetFileName(path) }.Where(part => part.Length > 0)), path, hasher);
}
