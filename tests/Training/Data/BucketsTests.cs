using System.Text.Json;
using Slipway.Training.Data;
using Slipway.Training.Options;

namespace Slipway.Training.Tests.Data;

public sealed class BucketsTests
{
    private static readonly BucketOptions Sdxl = new() { Resolution = (1024, 1024) };

    [Theory]
    [InlineData(1024, 1024, 256, 2048, 64)]
    [InlineData(1024, 1024, 512, 2048, 64)]
    [InlineData(1024, 1024, 256, 2048, 32)]
    [InlineData(768, 768, 256, 1024, 64)]
    [InlineData(512, 768, 256, 1024, 64)]
    public void Sizes_are_the_references(int width, int height, int min, int max, int step)
    {
        var buckets = new Buckets(new BucketOptions { Resolution = (width, height), MinBucketReso = min, MaxBucketReso = max, BucketResoSteps = step });
        var expected = DataNumbers.Root.GetProperty($"buckets_{width}x{height}_min{min}_max{max}_step{step}");
        Assert.Equal(expected.EnumerateArray().Select(size => size.Pair()), buckets.Sizes);
    }

    [Theory]
    [InlineData("assign_upscale", false)]
    [InlineData("assign_no_upscale", true)]
    public void Every_picture_goes_where_the_reference_puts_it(string table, bool noUpscale)
    {
        var buckets = new Buckets(Sdxl with { BucketNoUpscale = noUpscale });
        var rows = DataNumbers.Root.GetProperty(table).EnumerateArray().ToList();
        Assert.Equal(42, rows.Count);
        Assert.All(rows, row => RequireSame(row, buckets.Fit(row.Pair("image").Width, row.Pair("image").Height)));
    }

    // The reference tells the model another crop than it makes: ours is the one that is made, and the reference's is known.
    private static void RequireSame(JsonElement row, BucketFit fit)
    {
        Assert.Equal(row.Pair("bucket"), fit.Bucket);
        Assert.Equal(row.Pair("resized"), fit.Resized);
        Assert.Equal(row.GetProperty("ar_error").GetDouble(), fit.AspectError, 1e-12);
        Assert.Equal(row.Pair("actual_trim_left_top"), fit.Trim);
        Assert.Equal(row.Pair("conditioning_crop_top_left_int"), fit.LetterboxOffset);
        var (original, target) = (row.Pair("conditioning_original_size_hw"), row.Pair("conditioning_target_size_hw"));
        Assert.Equal([original.Width, original.Height, fit.Trim.Top, fit.Trim.Left, target.Width, target.Height], fit.TimeIds);
    }

    /// <summary>Ratios are compared as they are: by their logarithms, 1408×704 would be nearer to 750×400.</summary>
    [Fact]
    public void Nearest_is_nearest_by_width_over_height()
    {
        Assert.Equal((1344, 768), new Buckets(Sdxl).Fit(750, 400).Bucket);
        Assert.Equal((704, 1408), new Buckets(Sdxl).Fit(400, 750).Bucket);
    }

    [Fact]
    public void The_models_crop_is_what_is_cut_off_where_the_reference_names_the_other_axis()
    {
        var fit = new Buckets(Sdxl).Fit(1920, 1080);
        Assert.Equal([1080, 1920, 0, 10, 768, 1344], fit.TimeIds);
        Assert.Equal((6, 0), fit.LetterboxOffset);
    }

    [Fact]
    public void A_picture_that_would_be_cut_to_nothing_is_refused() =>
        Assert.Contains("100×50 pixels: a side is shorter than bucket_reso_steps (64)", Assert.Throws<InvalidDataException>(() => new Buckets(Sdxl with { BucketNoUpscale = true }).Fit(100, 50)).Message, StringComparison.Ordinal);

    [Fact]
    public void Settings_that_cannot_be_are_all_named()
    {
        var message = Assert.Throws<ArgumentException>(() => new Buckets(new BucketOptions { Resolution = (512, 1024), BucketResoSteps = 48, MinBucketReso = 600, MaxBucketReso = 900 })).Message;
        Assert.Contains("bucket_reso_steps: 48 is no multiple of 32", message, StringComparison.Ordinal);
        Assert.Contains("min_bucket_reso: 600 is longer", message, StringComparison.Ordinal);
        Assert.Contains("max_bucket_reso: 900 is shorter", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bounds_are_rounded_outwards_to_the_steps() =>
        Assert.Equal(
            new Buckets(new BucketOptions { Resolution = (512, 512), MinBucketReso = 256, MaxBucketReso = 1024 }).Sizes,
            new Buckets(new BucketOptions { Resolution = (512, 512), MinBucketReso = 300, MaxBucketReso = 1000 }).Sizes);
}
