using Slipway.Engine.Options;
using Slipway.Pipeline.Plans.Datasets;
using Slipway.Pipeline.Plans.Yaml;
using Slipway.Training.Options;

namespace Slipway.Pipeline.Plans.Versions;

/// <summary>Reads what a version says of the pictures that it learns from.</summary>
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
            if (version.Training.Data.CacheLatents && dataset.Augmentation.Over(version.Augmentation).NeedsPixels)
                reader.Problem("cache_latents", $"must be false for the `color_aug` or `random_crop` of dataset `{dataset.Key}`: cached latents are encoded once, and these change the pixels at every use. It is slower; or leave them out, `flip_aug` works with the cache.");
            if (version.Training.Mask.MaskedLoss && !dataset.HasMasks)
                reader.Problem("masked_loss", $"needs masks, and dataset `{dataset.Key}` has none; give it `alpha_mask: true` or `conditioning_data_dir`.");
        }

        return version;
    }

    // What is not given does not get into the fingerprint.
    public static DataOptions ReadData(MappingReader reader)
    {
        var length = reader.IsUnset("max_token_length") ? "75" : reader.OneOf("max_token_length", null, "75", "150", "225");
        return new DataOptions
        {
            CacheLatents = reader.OptionalSwitch("cache_latents") ?? true,
            MaxTokenLength = int.Parse(length, System.Globalization.CultureInfo.InvariantCulture),
        };
    }

    public static MaskOptions ReadMask(MappingReader reader)
    {
        var masks = new MaskOptions
        {
            MaskedLoss = reader.OptionalSwitch("masked_loss") == true,
            UnmaskedWeight = reader.OptionalNumber("unmasked_weight", 0, 1) ?? 0,
            MaskedPriorPreservationWeight = reader.OptionalNumber("masked_prior_preservation_weight", 0) ?? 0,
        };
        foreach (var key in new[] { "unmasked_weight", "masked_prior_preservation_weight" }.Where(key => !masks.MaskedLoss && !reader.IsUnset(key)))
            reader.Problem(key, "belongs to `masked_loss: true`.");
        return masks;
    }
}
