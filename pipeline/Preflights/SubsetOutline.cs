using Slipway.Imaging.Pictures;
using Slipway.Pipeline.Plans.Datasets;
using Slipway.Pipeline.Stages;
using Slipway.Training.Data;
using Slipway.Training.Options;

namespace Slipway.Pipeline.Preflights;

/// <summary>A subset as far as it can be seen without decoding its pictures.</summary>
/// <param name="Dataset">The subset.</param>
/// <param name="Images">Every picture without its pixels; those that have yet to be made have no caption.</param>
/// <param name="Pending">How many of them have yet to be made, or only to be laid out.</param>
/// <param name="Problems">What is wrong with its files.</param>
internal sealed record SubsetOutline(Dataset Dataset, IReadOnlyList<TrainingImage> Images, int Pending, IReadOnlyList<string> Problems)
{
    /// <param name="dataset">The subset.</param>
    /// <param name="resolution">Side of a square of the greatest area, in pixels.</param>
    /// <param name="subset">How the pictures are used.</param>
    public static SubsetOutline Of(Dataset dataset, int resolution, SubsetOptions subset)
    {
        var buckets = new Buckets(dataset.BucketOptions(resolution));
        var images = new List<TrainingImage>();
        var problems = new List<string>();
        var pending = dataset.Pending;
        foreach (var file in dataset.Files)
        {
            try
            {
                images.Add(Outline(dataset.Plan, file, buckets, subset));
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
            .Select(i => new TrainingImage($"{dataset.Plan.FolderName}/{i}", [], resolution, resolution, "", dataset.Plan.NumRepeats) { Subset = subset });
        return new SubsetOutline(dataset, [.. images, .. toCome], pending, problems);
    }

    private static TrainingImage Outline(DatasetPlan plan, DatasetFile file, Buckets buckets, SubsetOptions subset)
    {
        var header = PictureHeader.Read(file.Picture);
        if (header.MayBeTransparent && plan is { Source: DatasetSource.Folder, Alpha: Slipway.Imaging.Pictures.AlphaPolicy.Refuse })
        {
            _ = plan.Alpha.Apply(Picture.Load(file.Picture), file.Picture);
        }

        var (width, height) = Stages.Dataset.Fit((header.Width, header.Height), file.Picture, buckets).Bucket;
        return new TrainingImage(file.Name, [], width, height, file.Caption(subset.Caption?.EnableWildcard == true), file.Repeats) { Subset = subset };
    }
}
