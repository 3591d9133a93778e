using System.Globalization;
using Slipway.Pipeline.Plans.Yaml;
using Slipway.Training.Data;
using Slipway.Training.Options;

namespace Slipway.Pipeline.Plans.Datasets;

/// <summary>The sizes that the pictures of a user's folder are trained at, under sd-scripts' names; what is null follows from the resolution.</summary>
/// <param name="EnableBucket">False: every picture is cut to a square.</param>
/// <param name="MinBucketReso">Shortest side; 256, or half of a resolution below 512.</param>
/// <param name="MaxBucketReso">Longest side; twice the resolution.</param>
/// <param name="BucketResoSteps">Every side is a multiple of it; 64, or 16 where the resolution is below 256.</param>
/// <param name="BucketNoUpscale">Small pictures are not enlarged.</param>
public sealed record BucketPlan(bool EnableBucket, int? MinBucketReso, int? MaxBucketReso, int? BucketResoSteps, bool BucketNoUpscale)
{
    private const int SmallResolution = 256;
    private const int SizeMultiple = 16;

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

    /// <summary>As canonical text, for a fingerprint.</summary>
    public static string Text(BucketOptions options) => string.Create(
        CultureInfo.InvariantCulture,
        $"{options.Resolution.Width}x{options.Resolution.Height}, {options.MinBucketReso} to {options.MaxBucketReso} in steps of {options.BucketResoSteps}{(options.BucketNoUpscale ? ", no upscale" : "")}");

    internal static BucketPlan Read(MappingReader reader, int resolution)
    {
        var plan = new BucketPlan(
            reader.Switch("enable_bucket", fallback: true),
            reader.OptionalWhole("min_bucket_reso", SizeMultiple, 8192),
            reader.OptionalWhole("max_bucket_reso", SizeMultiple, 8192),
            reader.OptionalWhole("bucket_reso_steps", SizeMultiple, 8192),
            reader.Switch("bucket_no_upscale", fallback: false));
        foreach (var problem in Buckets.Problems(plan.Options(resolution)))
            reader.Problem("enable_bucket", $"does not work out: {problem}");
        return plan;
    }
}
