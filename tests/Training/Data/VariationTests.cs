using Slipway.Diffusion.Model;
using Slipway.Training.Data;
using Slipway.Training.Randomness;

namespace Slipway.Training.Tests.Data;

public sealed class VariationTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly SdxlModel _model = TinyModel.Create();

    public void Dispose()
    {
        _scope.Dispose();
        _model.Dispose();
    }

    [Fact]
    public void Nothing_varies_that_is_not_asked_to() =>
        Assert.All(Variations(TinyModel.Image("a", "a")), variation => Assert.Equal(Variation.None, variation));

    [Fact]
    public void Half_of_the_uses_are_mirrored_and_the_same_ones_every_time()
    {
        var image = TinyModel.Image("a", "a") with { Subset = new() { FlipAug = true } };
        var flips = Variations(image).Select(variation => variation.Flipped).ToList();
        Assert.InRange(flips.Count(flipped => flipped), 80, 120);
        Assert.Equal(flips, Variations(image).Select(variation => variation.Flipped));
    }

    [Fact]
    public void Pictures_that_do_not_vary_take_nothing_from_those_that_do()
    {
        var flipping = TinyModel.Image("a", "a") with { Subset = new() { FlipAug = true } };
        TrainingImage[] mixed = [TinyModel.Image("b", "b"), flipping];
        Assert.Equal(Variations(flipping), Enumerable.Range(0, 200).Select(i => Variation.Draw(mixed, 1, i)[1]));
    }

    [Fact]
    public void Crops_reach_every_place_of_the_resized_picture_and_are_what_the_model_is_told()
    {
        var image = Uncropped(20, 17);
        var crops = Variations(image).Select(variation => variation.Crop!.Value).ToList();
        Assert.Equal(5 * 2, crops.Distinct().Count());
        Assert.All(crops, crop => Assert.True(crop is { Left: >= 0 and <= 4, Top: 0 or 1 }));
        var variation = new Variation(Flipped: false, (3, 1), null);
        Assert.Equal((1, 3), variation.CropOf(image));
        Assert.Equal((1, 1), (variation with { Flipped = true }).CropOf(image));
        Assert.Equal((byte)((((1 * 20) + 3) * 3) % 251), PixelPlane.Picture(image, variation).Values[0]);
    }

    [Fact]
    public void A_mask_goes_where_its_picture_goes()
    {
        var image = Uncropped(20, 17);
        foreach (var variation in new Variation[] { new(false, (3, 1), null), new(true, (0, 0), null), Variation.None, new(true, null, null) })
        {
            var (picture, mask) = (PixelPlane.Picture(image, variation), PixelPlane.Mask(image, variation)!);
            Assert.Equal(Enumerable.Range(0, 256).Select(i => picture.Values[i * 3]), mask.Values);
        }
    }

    [Fact]
    public void A_mirrored_use_has_the_latents_of_the_mirrored_picture()
    {
        var image = TinyModel.Image("a", "a") with { Subset = new() { FlipAug = true } };
        var mirrored = image with { Rgb = PixelPlane.Picture(image, new(true, null, null)).Values };
        Assert.NotEqual(image.Rgb, mirrored.Rgb);
        using var cache = new LatentCache(_model, [image], 1);
        using var generator = new SeedStream(1, "latent flipped:a").Generator();
        using var inference = no_grad();
        var expected = LatentEncoder.Sample(_model, LatentEncoder.Encode(_model, new PixelPlane(mirrored.Rgb, 16, 16, 3)), generator);
        Assert.True(cache.Batch([0], [new(true, null, null)], 0)[0].allclose(expected, 0, 0));
        using var plain = new LatentCache(_model, [image with { Subset = new() }], 1);
        Assert.True(cache.Batch([0], [Variation.None], 0).allclose(plain.Batch([0], [Variation.None], 0), 0, 0));
    }

    [Fact]
    public void Without_a_cache_every_use_is_encoded_with_its_own_draw_and_its_own_variation()
    {
        TrainingImage[] images = [TinyModel.Image("a", "a")];
        using var encoder = new LatentEncoder(_model, images, 1);
        using var first = encoder.Batch([0], [Variation.None], 0);
        Assert.True(first.allclose(encoder.Batch([0], [Variation.None], 0), 0, 0));
        Assert.False(first.allclose(encoder.Batch([0], [Variation.None], 1)));
        Assert.False(first.allclose(encoder.Batch([0], [new(false, null, new ColorShift(null, 0.5))], 0)));
    }

    private static IEnumerable<Variation> Variations(TrainingImage image) => Enumerable.Range(0, 200).Select(i => Variation.Draw([image], 1, i)[0]);

    // Pixel i has the value 3·i, and so has the mask.
    private static TrainingImage Uncropped(int width, int height)
    {
        byte[] rgb = [.. Enumerable.Range(0, width * height).SelectMany(i => new[] { (byte)(i * 3 % 251), (byte)0, (byte)0 })];
        byte[] mask = [.. Enumerable.Range(0, width * height).Select(i => (byte)(i * 3 % 251))];
        var (whole, wholeMask) = (new PixelPlane(rgb, width, height, 3), new PixelPlane(mask, width, height, 1));
        return new TrainingImage("a", whole.Crop(2, 0, 16, 16).Values, 16, 16, "a", 1)
        {
            CropTopLeft = (0, 2),
            ResizedSize = (height, width),
            Mask = wholeMask.Crop(2, 0, 16, 16).Values,
            Subset = new() { RandomCrop = true },
            Uncropped = new UncroppedImage(rgb, mask, width, height),
        };
    }
}
