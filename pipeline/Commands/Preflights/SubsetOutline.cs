using Slipway.Engine.Jobs;
using Slipway.Imaging.Pictures;
using Slipway.Pipeline.Datasets;
using Slipway.Pipeline.Graph;
using Slipway.Pipeline.Plans.Datasets;
using Slipway.Training.Data;

namespace Slipway.Pipeline.Commands.Preflights;

/// <summary>A subset as far as it can be seen without decoding its pictures.</summary>
/// <param name="Dataset">The subset.</param>
/// <param name="Images">Every picture without its pixels; those that have yet to be made have no caption.</param>
/// <param name="Pending">How many of them have yet to be made, or only to be laid out.</param>
/// <param name="Problems">What is wrong with its files.</param>
internal sealed record SubsetOutline(Dataset Dataset, IReadOnlyList<TrainingImage> Images, int Pending, IReadOnlyList<string> Problems)
{
    /// <summary>What is odd about pictures and captions that are learned all the same.</summary>
    public IReadOnlyList<PictureNote> Notes { get; init; } = [];

    /// <param name="dataset">The dataset.</param>
    /// <param name="subset">How it is used.</param>
    /// <param name="resolution">Side of a square of the greatest area, in pixels.</param>
    /// <param name="sizes">How large pictures will be; a square where that is not known.</param>
    /// <param name="pathOf">Full path of an input; null while it has yet to be made.</param>
    /// <param name="nameOf">What messages call an input.</param>
    public static SubsetOutline From(Dataset dataset, Subset subset, int resolution, PictureSizes sizes, Func<Input, string?> pathOf, Func<Input, string> nameOf)
    {
        var files = SubsetFiles.From(subset, pathOf, nameOf);
        var reader = new SubsetDecoder(subset, files, resolution);
        var images = new List<TrainingImage>();
        var (notes, problems) = (new List<PictureNote>(), NotThere(dataset, subset, pathOf).ToList());
        var pending = files.Pending.ToList();
        foreach (var file in files.Files)
        {
            try
            {
                images.Add(Outline(dataset.Plan, file, reader, subset, notes));
            }
            catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException && dataset.Plan.Source != DatasetSource.Folder)
            {
                pending.Add(subset.Pictures.First(one => one.Folder.Name == file.Folder && one.Picture.Name == file.FileName));
            }
            catch (Exception exception) when (exception is InvalidDataException or FileNotFoundException)
            {
                problems.Add(exception.Message);
            }
        }

        var toCome = sizes.Outlines(subset, pending, resolution).Zip(pending, (image, one) =>
            image ?? new TrainingImage($"{one.Folder.Name}/{one.Picture.Name}", [], resolution, resolution, "", one.Folder.Repeats) { Subset = subset.Options });
        return new SubsetOutline(dataset, [.. images, .. toCome], pending.Count, problems) { Notes = notes };
    }

    // What a folder lists is there; what has no content is a named pipe, a socket, a device, or may not be read.
    private static IEnumerable<string> NotThere(Dataset dataset, Subset subset, Func<Input, string?> pathOf) => dataset.Plan.Source != DatasetSource.Folder
        ? []
        : subset.Folders.SelectMany(folder => folder.Pictures).SelectMany(picture => new[] { picture.Image, picture.Caption, picture.Mask }.OfType<FileRef>())
            .Where(file => pathOf(file) is null).Select(file => $"{file.Path} cannot be read: it is no plain file (a named pipe, a socket or a device), or is not there any more; remove it or put a file in its place");

    private static TrainingImage Outline(DatasetPlan plan, DatasetFile file, SubsetDecoder reader, Subset subset, List<PictureNote> notes)
    {
        var header = PictureHeader.Read(file.Picture);
        if (header.MayBeTransparent && plan is { Source: DatasetSource.Folder, Alpha: AlphaPolicy.Refuse })
            _ = plan.Alpha.Apply(Picture.Load(file.Picture), file.Picture);
        if (file.MaskFile is { } mask && PictureHeader.Read(mask) is var maskHeader)
            DatasetFile.CheckMask(mask, (maskHeader.Width, maskHeader.Height), (header.Width, header.Height));
        var fit = reader.Fit((header.Width, header.Height), file.Picture);
        if (plan.Source == DatasetSource.Folder)
            notes.AddRange(PictureNote.Of(file, header, fit, subset));
        return new TrainingImage(file.Name, [], fit.Bucket.Width, fit.Bucket.Height, file.Caption(subset.Options.Caption?.EnableWildcard == true), file.Repeats) { Subset = subset.Options };
    }
}
