using Slipway.Engine.Jobs;
using Slipway.Imaging.Pictures;
using Slipway.Pipeline.Datasets;
using Slipway.Pipeline.Plans.Datasets;
using Slipway.Training.Data;
using Slipway.Training.Options;

namespace Slipway.Pipeline.Commands.Preflights;

/// <summary>A subset as far as it can be seen without decoding its pictures.</summary>
/// <param name="Dataset">The subset.</param>
/// <param name="Images">Every picture without its pixels; those that have yet to be made have no caption.</param>
/// <param name="Pending">How many of them have yet to be made, or only to be laid out.</param>
/// <param name="Problems">What is wrong with its files.</param>
internal sealed record SubsetOutline(Dataset Dataset, IReadOnlyList<TrainingImage> Images, int Pending, IReadOnlyList<string> Problems)
{
    /// <param name="dataset">The dataset.</param>
    /// <param name="subset">How it is used.</param>
    /// <param name="resolution">Side of a square of the greatest area, in pixels.</param>
    /// <param name="pathOf">Full path of an input; null while it has yet to be made.</param>
    /// <param name="nameOf">What messages call an input.</param>
    public static SubsetOutline From(Dataset dataset, Subset subset, int resolution, Func<Input, string?> pathOf, Func<Input, string> nameOf)
    {
        var files = SubsetFiles.From(subset, pathOf, nameOf);
        var reader = new SubsetDecoder(subset, files, resolution);
        var images = new List<TrainingImage>();
        var problems = new List<string>();
        var pending = files.Pending;
        foreach (var file in files.Files)
        {
            try
            {
                images.Add(Outline(dataset.Plan, file, reader, subset.Options));
            }
            catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException && dataset.Plan.Source != DatasetSource.Folder)
            {
                pending++;
            }
            catch (Exception exception) when (exception is InvalidDataException or FileNotFoundException)
            {
                problems.Add(exception.Message);
            }
        }

        var toCome = Enumerable.Range(0, pending)
            .Select(i => new TrainingImage($"{dataset.Plan.FolderName}/{i}", [], resolution, resolution, "", dataset.Plan.NumRepeats) { Subset = subset.Options });
        return new SubsetOutline(dataset, [.. images, .. toCome], pending, problems);
    }

    private static TrainingImage Outline(DatasetPlan plan, DatasetFile file, SubsetDecoder reader, SubsetOptions subset)
    {
        var header = PictureHeader.Read(file.Picture);
        if (header.MayBeTransparent && plan is { Source: DatasetSource.Folder, Alpha: AlphaPolicy.Refuse })
            _ = plan.Alpha.Apply(Picture.Load(file.Picture), file.Picture);
        var (width, height) = reader.Fit((header.Width, header.Height), file.Picture).Bucket;
        return new TrainingImage(file.Name, [], width, height, file.Caption(subset.Caption?.EnableWildcard == true), file.Repeats) { Subset = subset };
    }
}
