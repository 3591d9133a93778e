using Slipway.Training.Options;

namespace Slipway.Training.Data;

/// <summary>
/// Aspect ratio bucketing (NovelAI 2022) by sd-scripts' rules: which size a picture is trained at. A batch holds pictures
/// of one bucket, so that nothing must be square or distorted.
/// </summary>
public sealed class Buckets
{
    private readonly BucketOptions _options;

    /// <exception cref="ArgumentException">Steps that the model cannot take, or bounds that leave no size: all problems at once.</exception>
    public Buckets(BucketOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        var problems = Problems(options).ToList();
        if (problems.Count > 0)
            throw new ArgumentException(string.Join("\n", problems), nameof(options));
        Sizes = [.. AllSizes(options).Distinct().Order()];
    }

    /// <summary>All sizes, by width, then by height; several may share a width. Without upscaling they do not count.</summary>
    public IReadOnlyList<(int Width, int Height)> Sizes { get; }

    /// <summary>The size for a picture: its own where there is such a bucket, else the one with the nearest aspect ratio, the first of equally near ones.</summary>
    /// <exception cref="InvalidDataException">Without upscaling: a side is shorter than one step.</exception>
    public BucketFit Fit(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        return _options.BucketNoUpscale ? WithoutUpscale(width, height) : Nearest(width, height);
    }

    private BucketFit Nearest(int width, int height)
    {
        var aspect = (double)width / height;
        var bucket = Sizes.Contains((width, height))
            ? (Width: width, Height: height)
            : Sizes.MinBy(size => Math.Abs(((double)size.Width / size.Height) - aspect));
        var scale = aspect > (double)bucket.Width / bucket.Height ? (double)bucket.Height / height : (double)bucket.Width / width;
        return new BucketFit((width, height), (Rounded(width * scale), Rounded(height * scale)), bucket);
    }

    private BucketFit WithoutUpscale(int width, int height)
    {
        var area = (long)_options.Resolution.Width * _options.Resolution.Height;
        var resized = (long)width * height > area ? Shrunk((double)width / height, area) : (Width: width, Height: height);
        var step = _options.BucketResoSteps;
        var bucket = (Width: resized.Width - (resized.Width % step), Height: resized.Height - (resized.Height % step));
        return bucket is { Width: > 0, Height: > 0 }
            ? new BucketFit((width, height), resized, bucket)
            : throw new InvalidDataException($"{width}×{height} pixels: a side is shorter than bucket_reso_steps ({step}) and bucket_no_upscale forbids to enlarge it; use a larger picture or allow it.");
    }

    /// <summary>To the area, with that side on a multiple of the steps that distorts the aspect ratio of the bucket less.</summary>
    private (int Width, int Height) Shrunk(double aspect, long area)
    {
        var width = Math.Sqrt(area * aspect);
        var (byWidth, byHeight) = (InSteps(width), InSteps(area / width));
        var widthError = Math.Abs(((double)byWidth / InSteps(byWidth / aspect)) - aspect);
        var heightError = Math.Abs(((double)InSteps(byHeight * aspect) / byHeight) - aspect);
        return widthError < heightError ? (byWidth, Rounded(byWidth / aspect)) : (Rounded(byHeight * aspect), byHeight);
    }

    private int InSteps(double length) => Rounded(length) is var whole ? whole - (whole % _options.BucketResoSteps) : 0;

    private static int Rounded(double length) => (int)(length + 0.5);

    private static IEnumerable<(int Width, int Height)> AllSizes(BucketOptions options)
    {
        var (step, area) = (options.BucketResoSteps, (long)options.Resolution.Width * options.Resolution.Height);
        var square = (int)(Math.Sqrt(area) / step) * step;
        yield return (square, square);
        var (shortest, longest) = (options.MinBucketReso / step * step, (options.MaxBucketReso + step - 1) / step * step);
        for (var width = Math.Max(shortest, step); width <= longest; width += step)
        {
            var height = (int)Math.Min(longest, area / width / step * step);
            if (height < shortest)
                continue;
            yield return (width, height);
            yield return (height, width);
        }
    }

    /// <summary>What is wrong with settings, a line each.</summary>
    public static IEnumerable<string> Problems(BucketOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var (width, height) = options.Resolution;
        if (options.BucketResoSteps < 1 || options.BucketResoSteps % options.SizeMultiple != 0) yield return $"bucket_reso_steps: {options.BucketResoSteps} is no multiple of {options.SizeMultiple}, which the model needs.";
        else if (width < options.BucketResoSteps || height < options.BucketResoSteps) yield return $"resolution: {width}×{height} is smaller than bucket_reso_steps ({options.BucketResoSteps}).";
        if (options.MinBucketReso < 1 || options.MinBucketReso > options.MaxBucketReso) yield return $"min_bucket_reso: {options.MinBucketReso} must be from 1 to max_bucket_reso ({options.MaxBucketReso}).";
        if (options.MinBucketReso > Math.Min(width, height)) yield return $"min_bucket_reso: {options.MinBucketReso} is longer than a side of the resolution {width}×{height}.";
        if (options.MaxBucketReso < Math.Max(width, height)) yield return $"max_bucket_reso: {options.MaxBucketReso} is shorter than a side of the resolution {width}×{height}.";
    }
}
