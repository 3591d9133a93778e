using Slipway.Engine.Caching;
using Slipway.Pipeline.Plans.Datasets;
using Slipway.Pipeline.Plans.Versions;
using Slipway.Training.Data;
using Slipway.Training.Options;

namespace Slipway.Pipeline.Stages;

/// <summary>Everything that a version learns from.</summary>
/// <param name="Version">The version.</param>
/// <param name="Datasets">Its subsets, in the order in which it names them.</param>
/// <param name="Resolution">Side of a square of the greatest area, in pixels.</param>
internal sealed record TrainingData(VersionPlan Version, IReadOnlyList<Dataset> Datasets, int Resolution)
{
    /// <summary>What the training depends on: the first subset's roles are plain, the others' begin with their number.</summary>
    public IEnumerable<FingerprintEntry> Entries => Datasets.SelectMany((dataset, i) =>
        EntriesOf(dataset).Select(entry => i == 0 ? entry : entry with { Role = $"subset{i + 1}/{entry.Role}" }));

    /// <summary>Hashes of all that is learned from, to be told from what is measured on.</summary>
    public IReadOnlySet<ContentHash> Hashes => Datasets
        .SelectMany(dataset => dataset.Entries.Select(entry => entry.Hash).OfType<ContentHash>().Concat(dataset.Sources)).ToHashSet();

    /// <summary>The sizes that pictures are trained at: those of a user's folder where there is one.</summary>
    public BucketOptions BucketOptions => (Datasets.FirstOrDefault(dataset => dataset.Plan.Buckets is not null) ?? Datasets[0]).BucketOptions(Resolution);

    /// <summary>Decoded, with regularisation pictures as often as the others.</summary>
    /// <exception cref="InvalidDataException">What is wrong with pictures and masks, in all subsets.</exception>
    public IReadOnlyList<TrainingImage> Read()
    {
        var problems = new List<string>();
        var images = new List<TrainingImage>();
        foreach (var dataset in Datasets)
        {
            try
            {
                images.AddRange(dataset.Read(Resolution, Version.Subset(dataset.Plan), Version.Training.Mask.MaskedLoss));
            }
            catch (InvalidDataException exception)
            {
                problems.Add(exception.Message);
            }
        }

        return problems.Count == 0 ? RegularisationImages.Arrange(images) : throw new InvalidDataException(string.Join("\n", problems));
    }

    private IEnumerable<FingerprintEntry> EntriesOf(Dataset dataset) =>
    [
        .. dataset.Entries,
        .. Version.Training.Mask.MaskedLoss ? dataset.MaskEntries : [],
        .. dataset.Plan.Buckets is { } buckets ? [FingerprintEntry.Parameter("buckets", BucketPlan.Text(buckets.Options(Resolution)))] : Array.Empty<FingerprintEntry>(),
        FingerprintEntry.Parameter("dataset_folder", dataset.Plan.FolderName),
        .. dataset.Plan.Parameters.Select(pair => FingerprintEntry.Parameter($"subset/{pair.Key}", pair.Value)),
    ];
}
