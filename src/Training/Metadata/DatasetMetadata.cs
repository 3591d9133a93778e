using System.Text.Json.Nodes;
using Slipway.Training.Data;
using Slipway.Training.Options;

namespace Slipway.Training.Metadata;

/// <summary>
/// What a LoRA file says of the pictures that it was trained on: sd-scripts' keys for training folders, where the part of a
/// picture's name before its last slash is its folder.
/// </summary>
internal sealed class DatasetMetadata(IReadOnlyList<TrainingImage> images, BucketOptions? buckets)
{
    /// <summary>Width and height of the resolution option, in pixels.</summary>
    public (int Width, int Height) Resolution { get; } =
        buckets?.Resolution ?? images.Select(image => (image.Width, image.Height)).MaxBy(size => (long)size.Width * size.Height);

    /// <summary>Whether pictures have sizes of their own.</summary>
    private bool IsBucketed => buckets is { } options && (options.MinBucketReso, options.MaxBucketReso) != (options.Resolution.Width, options.Resolution.Height);

    /// <summary>Adds the keys.</summary>
    public void AddTo(IDictionary<string, string> metadata)
    {
        var folders = images.GroupBy(Folder, StringComparer.Ordinal).ToList();
        metadata["ss_num_train_images"] = PythonText.Of(Uses(isReg: false));
        metadata["ss_num_reg_images"] = PythonText.Of(Uses(isReg: true));
        metadata["ss_dataset_dirs"] = Folders(isReg: false);
        metadata["ss_reg_dataset_dirs"] = Folders(isReg: true);
        metadata["ss_tag_frequency"] = PythonText.Json(new JsonObject(folders.Select(folder => KeyValuePair.Create(folder.Key, (JsonNode?)TagFrequency(folder)))));
        AddBuckets(metadata);
    }

    private void AddBuckets(IDictionary<string, string> metadata)
    {
        metadata["ss_resolution"] = $"({PythonText.Of(Resolution.Width)}, {PythonText.Of(Resolution.Height)})";
        metadata["ss_enable_bucket"] = PythonText.Of(IsBucketed);
        metadata["ss_bucket_no_upscale"] = PythonText.Of(buckets?.BucketNoUpscale ?? false);
        metadata["ss_min_bucket_reso"] = IsBucketed ? PythonText.Of(buckets!.MinBucketReso) : PythonText.None;
        metadata["ss_max_bucket_reso"] = IsBucketed ? PythonText.Of(buckets!.MaxBucketReso) : PythonText.None;
        metadata["ss_bucket_info"] = PythonText.Json(IsBucketed ? BucketCounts() : null);
    }

    private JsonObject BucketCounts()
    {
        var sizes = images.GroupBy(image => (image.Width, image.Height)).OrderBy(size => size.Key).Select((size, i) => KeyValuePair.Create(
            PythonText.Of(i),
            (JsonNode?)new JsonObject { ["resolution"] = new JsonArray(size.Key.Width, size.Key.Height), ["count"] = size.Sum(image => image.Repeats) }));
        return new JsonObject { ["buckets"] = new JsonObject(sizes), ["mean_img_ar_error"] = images.Average(AspectError) };
    }

    private static double AspectError(TrainingImage image)
    {
        var (height, width) = image.OriginalSize ?? (image.Height, image.Width);
        return Math.Abs(((double)image.Width / image.Height) - ((double)width / height));
    }

    private long Uses(bool isReg) => images.Where(image => image.Subset.IsReg == isReg).Sum(image => (long)Repeats(image));

    private string Folders(bool isReg) => PythonText.Json(new JsonObject(images.Where(image => image.Subset.IsReg == isReg)
        .GroupBy(Folder, StringComparer.Ordinal).Select(folder => KeyValuePair.Create(folder.Key, (JsonNode?)Counts(folder)))));

    // Of regularisation pictures as they were before they were brought to the number of the others.
    private static int Repeats(TrainingImage image) =>
        image.Subset.IsReg && TrainingFolderName.Parse(Folder(image)) is { } name ? name.Repeats : image.Repeats;

    private static JsonObject Counts(IEnumerable<TrainingImage> folder) => new() { ["n_repeats"] = Repeats(folder.First()), ["img_count"] = folder.Count() };

    // In the order in which they come: sd-scripts' dictionaries keep it.
    private static JsonObject TagFrequency(IEnumerable<TrainingImage> folder) => new(folder
        .SelectMany(image => image.Caption.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        .CountBy(tag => tag.ToLowerInvariant(), StringComparer.Ordinal)
        .Select(tag => KeyValuePair.Create(tag.Key, (JsonNode?)tag.Value)));

    private static string Folder(TrainingImage image) =>
        image.Name.LastIndexOf('/') is >= 0 and var slash ? image.Name[..slash] : $"{PythonText.Of(image.Repeats)}_";
}
