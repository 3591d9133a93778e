using Slipway.Engine.Options;
using Slipway.Pipeline.Plans.Yaml;
using Slipway.Training.Data;
using Slipway.Training.Options;

namespace Slipway.Pipeline.Plans.Datasets;

/// <summary>The sizes that the pictures of a user's folder are trained at, under sd-scripts' names; what is null follows from the resolution.</summary>
public sealed record BucketPlan
{
    private const int SmallResolution = 256;
    private const int SizeMultiple = 16;
    private const int LargestSide = 8192;

    /// <summary>Its options.</summary>
    public static OptionTable<BucketPlan> Declared { get; } = new(option =>
    [
        option.Switch("enable_bucket", o => o.EnableBucket, (o, v) => o with { EnableBucket = v }) with
        {
            Says = "Trains each picture at a size near its own shape; false: every picture is cut to a square.",
            SdScripts = "false",
        },
        option.Whole("min_bucket_reso", o => o.MinBucketReso, (o, v) => o with { MinBucketReso = v }, SizeMultiple, LargestSide) with
        {
            Says = "Shortest side of a bucket, in pixels.",
            SdScripts = "256",
            Otherwise = "256, or half of a resolution below 512",
        },
        option.Whole("max_bucket_reso", o => o.MaxBucketReso, (o, v) => o with { MaxBucketReso = v }, SizeMultiple, LargestSide) with
        {
            Says = "Longest side of a bucket, in pixels.",
            SdScripts = "1024",
            Otherwise = "twice the resolution",
        },
        option.Whole("bucket_reso_steps", o => o.BucketResoSteps, (o, v) => o with { BucketResoSteps = v }, SizeMultiple, LargestSide) with
        {
            Says = "Every side of a bucket is a multiple of it.",
            SdScripts = "64",
            Otherwise = "64, or 16 where the resolution is below 256",
        },
        option.Switch("bucket_no_upscale", o => o.BucketNoUpscale, (o, v) => o with { BucketNoUpscale = v }) with
        {
            Says = "Enlarges no small picture.",
            SdScripts = "false",
        },
    ]);

    /// <summary>False: every picture is cut to a square.</summary>
    public bool EnableBucket { get; init; } = true;

    /// <summary>Shortest side; 256, or half of a resolution below 512.</summary>
    public int? MinBucketReso { get; init; }

    /// <summary>Longest side; twice the resolution.</summary>
    public int? MaxBucketReso { get; init; }

    /// <summary>Every side is a multiple of it; 64, or 16 where the resolution is below 256.</summary>
    public int? BucketResoSteps { get; init; }

    /// <summary>Small pictures are not enlarged.</summary>
    public bool BucketNoUpscale { get; init; }

    /// <summary>With everything decided.</summary>
    /// <param name="resolution">Side of a square of the greatest area, in pixels.</param>
    public BucketOptions Options(int resolution) => EnableBucket
        ? new()
        {
            Resolution = (resolution, resolution),
            MinBucketReso = MinBucketReso ?? Math.Min(256, resolution / 2),
            MaxBucketReso = MaxBucketReso ?? resolution * 2,
            BucketResoSteps = BucketResoSteps ?? (resolution < SmallResolution ? 16 : 64),
            BucketNoUpscale = BucketNoUpscale,
            SizeMultiple = SizeMultiple,
        }
        : new() { Resolution = (resolution, resolution), MinBucketReso = resolution, MaxBucketReso = resolution, BucketResoSteps = resolution, SizeMultiple = SizeMultiple };

    internal static BucketPlan Read(MappingReader reader, int resolution)
    {
        var plan = reader.Read(Declared, new BucketPlan());
        foreach (var problem in Buckets.Problems(plan.Options(resolution)))
            reader.Problem("enable_bucket", $"does not work out: {problem}");
        return plan;
    }
}
