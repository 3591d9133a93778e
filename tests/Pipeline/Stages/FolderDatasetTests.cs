using Slipway.Engine.Caching;
using Slipway.Imaging.Pictures;
using Slipway.Pipeline.Plans.Datasets;
using Slipway.Pipeline.Stages;
using Slipway.Training.Options;

namespace Slipway.Pipeline.Tests.Stages;

public sealed class FolderDatasetTests : IDisposable
{
    private static readonly BucketPlan Buckets = new(EnableBucket: true, null, null, null, BucketNoUpscale: false);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Subfolders_have_their_own_repeats_and_names()
    {
        Paint("data/10_sail_kun/a.png", 64, 64);
        Paint("data/3_boat/a.png", 64, 64);
        _folder.Write("data/10_sail_kun/a.txt", "sail_kun\nsecond line");
        var dataset = Read(new FolderPlan("data", AllowMissingCaptions: true));
        var images = dataset.Read(64, new SubsetOptions(), masked: false);
        Assert.Equal([("10_sail_kun/a.png", 10, "sail_kun"), ("3_boat/a.png", 3, "boat")], images.Select(image => (image.Name, image.Repeats, image.Caption)));
        Assert.Equal(["image/10_sail_kun/a.png", "image/3_boat/a.png", "caption/10_sail_kun/a.txt"], dataset.Entries.Select(entry => entry.Role));
        Assert.Equal("sail_kun\nsecond line", dataset.Read(64, new SubsetOptions { Caption = new() { EnableWildcard = true } }, masked: false)[0].Caption);
        Assert.Contains("`num_repeats` is 2", Assert.Throws<InvalidDataException>(() => Read(new FolderPlan("data", AllowMissingCaptions: true), repeats: 2)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mask_is_the_alpha_brought_to_the_bucket_as_the_picture_is()
    {
        Paint("data/a.png", 160, 96, opaque: (x, _) => x < 80);
        var dataset = Read(new FolderPlan("data", ClassTokens: "boat", AlphaMask: true));
        var image = Assert.Single(dataset.Read(64, new SubsetOptions(), masked: true));
        Assert.Equal((80, 48), (image.Width, image.Height));
        Assert.All(Enumerable.Range(0, 80 * 48), i => Assert.Equal(i % 80 < 40 ? 255 : 0, image.Mask![i]));
        Assert.All(Enumerable.Range(0, 80 * 48).Where(i => i % 80 >= 40), i => Assert.Equal(255, image.Rgb[i * 3]));
        Assert.Null(Assert.Single(dataset.Read(64, new SubsetOptions(), masked: false)).Mask);
        var cut = Assert.Single(dataset.Read(64, new SubsetOptions { RandomCrop = true }, masked: true));
        Assert.Equal((cut.ResizedSize!.Value.Width, cut.Uncropped!.Mask!.Length), (cut.Uncropped.Width, cut.Uncropped.Width * cut.Uncropped.Height));
    }

    [Fact]
    public void A_mask_is_the_picture_of_the_same_name_and_an_input_of_the_training()
    {
        Paint("data/a.png", 64, 64);
        Paint("masks/a.png", 64, 64, opaque: (_, y) => y < 16);
        var dataset = Read(new FolderPlan("data", ClassTokens: "boat", MaskFolder: "masks"));
        var mask = Assert.Single(dataset.Read(64, new SubsetOptions(), masked: true)).Mask!;
        Assert.All(Enumerable.Range(0, 64 * 64), i => Assert.Equal(i / 64 < 16 && i % 3 == 0, mask[i] > 0));
        Assert.Equal(["mask/a.png"], dataset.MaskEntries.Select(entry => entry.Role));

        Paint("masks/a.png", 32, 64);
        Assert.Contains("has 32×64 pixels and its picture 64×64", Assert.Throws<InvalidDataException>(() => dataset.Read(64, new SubsetOptions(), masked: true)).Message, StringComparison.Ordinal);
    }

    private Dataset Read(FolderPlan folder, int repeats = 1) => FolderDataset.Read(
        new DatasetPlan("mine", DatasetSource.Folder, folder, "mine", repeats, folder.AlphaMask ? Slipway.Imaging.Pictures.AlphaPolicy.White : Slipway.Imaging.Pictures.AlphaPolicy.Refuse, Buckets, null),
        _folder.Path,
        new FileHasher(_folder.Path, _folder["hashes"]));

    // Every third pixel is red, the others black; transparent where it is not opaque.
    private void Paint(string path, int width, int height, Func<int, int, bool>? opaque = null)
    {
        var picture = new Picture(width, height);
        for (var i = 0; i < width * height; i++)
        {
            picture.Pixels[i * 4] = i % 3 == 0 ? (byte)255 : (byte)0;
            picture.Pixels[(i * 4) + 3] = opaque?.Invoke(i % width, i / width) == false ? (byte)0 : (byte)255;
        }

        picture.SavePng(_folder[path]);
    }
}
