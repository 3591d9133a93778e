using Slipway.Training.Options;

namespace Slipway.Training.Data;

/// <summary>What must hold of images before they are trained on.</summary>
internal static class ImageChecks
{
    /// <param name="images">All of a training.</param>
    /// <param name="options">The training's options.</param>
    /// <param name="factor">Sides must be multiples of it, in pixels.</param>
    /// <exception cref="InvalidDataException">Everything that does not hold, a line each.</exception>
    public static void Run(IReadOnlyList<TrainingImage> images, TrainingOptions options, int factor)
    {
        var problems = images.SelectMany(image => Problems(image, options, factor)).ToList();
        if (images.Count > 0 && images.All(image => image.Subset.IsReg))
            problems.Add("All images are regularisation images (is_reg); there is no subject to learn.");
        if (problems.Count > 0)
            throw new InvalidDataException(string.Join("\n", problems));
    }

    /// <summary>Checks that the autoencoder can take images of these sizes.</summary>
    /// <exception cref="InvalidDataException">Everything that does not hold, a line each.</exception>
    public static void Sizes(IReadOnlyList<TrainingImage> images, int factor)
    {
        var problems = images.SelectMany(image => SizeProblems(image, factor)).ToList();
        if (problems.Count > 0)
            throw new InvalidDataException(string.Join("\n", problems));
    }

    private static IEnumerable<string> SizeProblems(TrainingImage image, int factor)
    {
        var pixels = image.Width * image.Height;
        if (image.Source is null && image.Rgb.Length != pixels * 3) yield return $"{image.Name}: {image.Width}×{image.Height} needs {pixels * 3} bytes, found {image.Rgb.Length}";
        else if (image.Width % factor != 0 || image.Height % factor != 0) yield return $"{image.Name}: {image.Width}×{image.Height} pixels; the model takes multiples of {factor} only, resize it";
    }

    private static IEnumerable<string> Problems(TrainingImage image, TrainingOptions options, int factor)
    {
        var pixels = image.Width * image.Height;
        foreach (var problem in SizeProblems(image, factor)) yield return problem;
        if (image.Mask is { } mask && mask.Length != pixels) yield return $"{image.Name}: its mask needs {pixels} bytes, found {mask.Length}";
        else if (options.Mask is { MaskedLoss: true, UnmaskedWeight: 0 } && (image.Source is { } source ? source.IsMasked : image.Mask?.Any(value => value > 0)) == false) yield return $"{image.Name}: its mask marks nothing, so that nothing would be learned from it; paint a mask, or leave the image out";
        if (options.Data.CacheLatents && (image.Subset.ColorAug || image.Subset.RandomCrop)) yield return $"{image.Name}: color_aug and random_crop change the pixels, and cached latents are encoded once; set cache_latents to false or leave the option out";
    }
}
