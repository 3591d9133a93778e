using Slipway.Imaging.Pictures;
using Slipway.Imaging.Resampling;
using Slipway.Tagging.Encoders;

namespace Slipway.Tagging.Tests.Encoders;

public sealed class EncoderInputTests
{
    private const string Normal = "\"image_mean\": [0.5, 0.5, 0.5], \"image_std\": [0.5, 0.5, 0.5]";

    [Theory]
    [InlineData("\"size\": 224", null, 224, 224, null, null)] // ViT: both sides
    [InlineData("\"size\": { \"height\": 224, \"width\": 112 }", null, 112, 224, null, null)]
    [InlineData("\"size\": 224, \"do_center_crop\": true, \"crop_size\": 224", 224, null, null, 224, 224)] // the first CLIP: the shorter side
    [InlineData("\"size\": { \"shortest_edge\": 256 }, \"do_center_crop\": true, \"crop_size\": { \"height\": 224, \"width\": 200 }", 256, null, null, 200, 224)] // DINOv2
    [InlineData("\"size\": { \"shortest_edge\": 256 }, \"do_center_crop\": false, \"crop_size\": 224", 256, null, null, null, null)]
    [InlineData("\"do_resize\": false, \"do_center_crop\": true, \"crop_size\": 96", null, null, null, 96, 96)]
    public void Sizes_are_read_in_each_of_the_ways_in_which_they_are_written(string sizes, int? edge, int? width, int? height, int? cropWidth, int? cropHeight)
    {
        var form = Parse($"{sizes}, {Normal}");

        Assert.Equal(edge, form.ShortestEdge);
        Assert.Equal((width, height), (form.Size?.Width, form.Size?.Height));
        Assert.Equal((cropWidth, cropHeight), (form.Crop?.Width, form.Crop?.Height));
    }

    [Fact]
    public void The_rest_is_read_with_the_values_that_transformers_has_where_the_file_says_nothing()
    {
        var form = Parse("\"size\": 8, \"resample\": 2, \"rescale_factor\": 0.5, \"image_mean\": [0.1, 0.2, 0.3], \"image_std\": [1, 2, 3], \"image_processor_type\": \"CLIPImageProcessor\"");
        Assert.Equal((PillowFilter.Bilinear, 0.5, true), (form.Resample, form.RescaleFactor, form.IsClip));
        Assert.Equal([0.1, 0.2, 0.3, 1, 2, 3], [.. form.Mean, .. form.Std]);

        var plain = Parse($"\"size\": 8, {Normal}");
        Assert.Equal((PillowFilter.Bicubic, 1 / 255.0, false), (plain.Resample, plain.RescaleFactor, plain.IsClip));
        var raw = Parse("\"size\": 8, \"do_rescale\": false, \"do_normalize\": false");
        Assert.Equal([1, 0, 0, 0, 1, 1, 1], [raw.RescaleFactor, .. raw.Mean, .. raw.Std]);
    }

    [Fact]
    public void Files_as_they_lie_beside_the_models_are_read()
    {
        // facebook/dinov2-small, openai/clip-vit-base-patch32 of 2021, and DINOv2 as transformers writes it since its fast processors.
        var dino = EncoderInput.Parse("""
            { "crop_size": { "height": 224, "width": 224 }, "do_center_crop": true, "do_convert_rgb": true, "do_normalize": true, "do_rescale": true, "do_resize": true,
              "image_mean": [0.485, 0.456, 0.406], "image_processor_type": "BitImageProcessor", "image_std": [0.229, 0.224, 0.225], "resample": 3, "rescale_factor": 0.00392156862745098,
              "size": { "shortest_edge": 256 } }
            """, "config");
        var clip = EncoderInput.Parse("""
            { "crop_size": 224, "do_center_crop": true, "do_normalize": true, "do_resize": true, "feature_extractor_type": "CLIPFeatureExtractor",
              "image_mean": [0.48145466, 0.4578275, 0.40821073], "image_std": [0.26862954, 0.26130258, 0.27577711], "resample": 3, "size": 224 }
            """, "config");
        var fast = EncoderInput.Parse("""
            { "crop_size": { "height": 224, "width": 224 }, "data_format": "channels_first", "default_to_square": false, "device": null, "do_center_crop": true, "do_convert_rgb": true,
              "do_normalize": true, "do_pad": null, "do_rescale": true, "do_resize": true, "image_mean": [0.485, 0.456, 0.406], "image_processor_type": "BitImageProcessorFast",
              "image_std": [0.229, 0.224, 0.225], "input_data_format": null, "resample": 3, "rescale_factor": 0.00392156862745098, "size": { "shortest_edge": 256 } }
            """, "config");

        Assert.Equal((256, (224, 224), PillowFilter.Bicubic, false), (dino.ShortestEdge!.Value, dino.Crop!.Value, dino.Resample, dino.IsClip));
        Assert.Equal((224, (224, 224), PillowFilter.Bicubic, true), (clip.ShortestEdge!.Value, clip.Crop!.Value, clip.Resample, clip.IsClip));
        Assert.Equal(dino with { Mean = fast.Mean, Std = fast.Std }, fast);
        Assert.Equal([0.48145466, 0.4578275, 0.40821073, 0.26862954, 0.26130258, 0.27577711, 1 / 255.0], [.. clip.Mean, .. clip.Std, clip.RescaleFactor]);
    }

    [Fact]
    public void Everything_that_is_wrong_is_said_at_once()
    {
        var exception = Assert.Throws<InvalidDataException>(() => Parse("\"size\": { \"longest_edge\": 5 }, \"resample\": 0, \"image_mean\": [0.5]"));

        Assert.Equal(
            "config: `resample` must be 1 (Lanczos), 2 (bilinear), 3 (bicubic) or 4 (box), but is 0; `size` must be a number, { shortest_edge } or { height, width }, but is { \"longest_edge\": 5 }; "
            + "`image_mean` must be three numbers, but is [0.5]; `image_std` must be three numbers above 0, but is missing.",
            exception.Message);
        Assert.Contains("has no `size`", Assert.Throws<InvalidDataException>(() => Parse(Normal)).Message, StringComparison.Ordinal);
        Assert.StartsWith("config is no preprocessor_config.json: ", Assert.Throws<InvalidDataException>(() => EncoderInput.Parse("[", "config")).Message, StringComparison.Ordinal);
        Assert.StartsWith("config is no preprocessor_config.json: ", Assert.Throws<InvalidDataException>(() => EncoderInput.Parse("[]", "config")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_middle_is_cut_out_scaled_and_normalised_channel_by_channel()
    {
        // Two rows of four: 0, 51, 102, 153 in red; all of green; no blue.
        var picture = new Picture(4, 2, [.. Enumerable.Range(0, 8).SelectMany(i => new byte[] { (byte)(51 * (i % 4)), 255, 0, 255 })]);
        var form = new EncoderInput { ShortestEdge = 2, Crop = (2, 2), Mean = [0.5, 0.5, 0.25], Std = [0.5, 0.25, 0.5] };

        Assert.Equal([-0.6f, -0.2f, -0.6f, -0.2f, 2, 2, 2, 2, -0.5f, -0.5f, -0.5f, -0.5f], form.Write(picture), (a, b) => Math.Abs(a - b) < 1e-6f);
    }

    [Fact]
    public void A_picture_that_is_smaller_than_the_middle_gets_black_around_it_more_of_it_left_and_above()
    {
        var white = new Picture(2, 2, [.. Enumerable.Repeat(byte.MaxValue, 16)]);

        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0], new EncoderInput { Crop = (5, 5) }.Write(white)[..25]);
    }

    [Fact]
    public void What_is_transparent_counts_as_white() => Assert.All(new EncoderInput { Size = (2, 2) }.Write(new Picture(3, 3)), value => Assert.Equal(1, value));

    private static EncoderInput Parse(string members) => EncoderInput.Parse($"{{ {members} }}", "config");
}
