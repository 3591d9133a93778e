using Slipway.Engine.Options;
using Slipway.Pipeline.Plans.Datasets;
using Slipway.Pipeline.Plans.Yaml;

namespace Slipway.Pipeline.Plans.Versions;

/// <summary>Finds the pictures that a version learns from, and what it cannot do with them.</summary>
internal static class SubsetReader
{
    /// <summary>The datasets with these names; null when one is not known.</summary>
    public static IReadOnlyList<DatasetPlan>? Find(MappingReader reader, IReadOnlyList<string> names, IReadOnlyList<DatasetPlan> datasets)
    {
        var found = names.Select(name => datasets.FirstOrDefault(known => known.Key == name)).OfType<DatasetPlan>().ToList();
        foreach (var name in names.Where(name => found.TrueForAll(dataset => dataset.Key != name)))
            reader.Problem("dataset", $"names no dataset: `{name}`; {NearestName.Hint(name, datasets.Select(known => known.Key))}");
        foreach (var twice in names.GroupBy(name => name, StringComparer.Ordinal).Where(group => group.Count() > 1))
            reader.Problem("dataset", $"names `{twice.Key}` twice; raise its `num_repeats` instead.");
        return found.Count > 0 && found.Count == names.Count ? found : null;
    }

    /// <summary>The version; what its datasets cannot do is reported.</summary>
    public static VersionPlan Checked(MappingReader reader, VersionPlan version)
    {
        if (version.Datasets.All(dataset => dataset.IsReg))
            reader.Problem("dataset", "has regularisation pictures (`is_reg`) only; name one with the subject too.");
        foreach (var dataset in version.Datasets)
        {
            if (version.Training.Data.CacheLatents && version.Subset(dataset).NeedsPixels)
                reader.Problem("cache_latents", $"must be false for the `color_aug` or `random_crop` of dataset `{dataset.Key}`: cached latents are encoded once, and these change the pixels at every use. It is slower; or leave them out, `flip_aug` works with the cache.");
            if (version.Training.Mask.MaskedLoss && !dataset.HasMasks)
                reader.Problem("masked_loss", $"needs masks, and dataset `{dataset.Key}` has none; give it `alpha_mask: true` or `conditioning_data_dir`.");
        }

        return version;
    }
}
