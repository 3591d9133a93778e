using System.Text.Json;
using Slipway.Diffusion.Files;
using Slipway.Imaging.Pictures;
using Slipway.Imaging.Resampling;
using Slipway.Pipeline.Datasets;
using Slipway.Pipeline.Plans.Datasets;
using Slipway.Training.Data;
using Slipway.Training.Options;
using static TorchSharp.torch;

namespace Slipway.Pipeline.Tests.Datasets;

/// <summary>
/// golden/data: six pictures, and what sd-scripts 48d368fa hands to the model of each, at 64×64 in buckets of 16 pixels'
/// steps. Kept as floats from −1 to 1; compared as the bytes that they came from.
/// </summary>
public sealed class DatasetTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "golden", "data");
    private static readonly BucketPlan Defaults = new() { EnableBucket = true };
    private static readonly JsonElement Items = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "data.json"))).RootElement.GetProperty("dataset_items");

    public static TheoryData<int> Pictures => [.. Enumerable.Range(0, Items.GetArrayLength())];

    [Theory]
    [MemberData(nameof(Pictures))]
    public void Every_byte_and_size_is_the_references(int index)
    {
        var item = Items[index];
        var name = Path.GetFileNameWithoutExtension(item.GetProperty("file").GetString()!);
        var picture = Picture.Load(Path.Combine(Folder, name + ".png"));
        var fit = new Buckets(Defaults.Options(64)).Fit(picture.Width, picture.Height);
        Assert.Equal(Pair(item, "original_sizes_hw"), (fit.Original.Height, fit.Original.Width));
        Assert.Equal(Pair(item, "crop_top_lefts"), fit.LetterboxOffset);
        Assert.Equal(Pair(item, "target_sizes_hw"), (fit.Bucket.Height, fit.Bucket.Width));
        Assert.Equal(Expected(name), PictureFitting.Apply(picture, fit).ToRgb());
    }

    [Fact]
    public void A_folder_is_read_in_buckets_or_cut_to_squares()
    {
        IReadOnlyList<TrainingImage> OfFolder(BucketPlan buckets) => Read(buckets, FileOf(Path.Combine(Folder, "3_cat_im0.png")));

        var bucketed = Assert.Single(OfFolder(Defaults));
        Assert.Equal((80, 48), (bucketed.Width, bucketed.Height));
        Assert.Equal(((100, 200), (48, 96), (0, 8)), (bucketed.OriginalSize!.Value, bucketed.ResizedSize!.Value, bucketed.CropTopLeft));
        var square = Assert.Single(OfFolder(Defaults with { EnableBucket = false }));
        Assert.Equal((64, 64, (0, 32)), (square.Width, square.Height, square.CropTopLeft));
    }

    [Fact]
    public void A_dataset_may_choose_how_its_pictures_are_brought_to_their_size()
    {
        using var folder = new TemporaryFolder();
        var picture = Picture.FromRgb(100, 100, [.. Enumerable.Range(0, 100 * 100 * 3).Select(i => (byte)(i * 7 / 3))]);
        picture.SavePng(folder["a.png"]);
        byte[] Pixels(string? interpolation) =>
            Assert.Single(new SubsetDecoder(new Subset { Options = new() { ResizeInterpolation = interpolation } }, new SubsetFiles([FileOf(folder["a.png"])], []), 64).Read()).Rgb;

        Assert.Equal(Resampler.Resize(picture, 64, 64).ToRgb(), Pixels(null));
        Assert.Equal(Pixels(null), Pixels("area"));
        Assert.Equal(Resampler.Resize(picture, 64, 64, Interpolation.Bicubic).ToRgb(), Pixels("bicubic"));
        Assert.All(SubsetOptions.Interpolations.Except(["linear", "cubic"]), name => Assert.Equal(64 * 64 * 3, Pixels(name).Length));
    }

    /// <summary>What there is no room for is not held, and comes out the same when it is asked for.</summary>
    [Fact]
    public void A_large_training_set_is_decoded_picture_by_picture()
    {
        using var folder = new TemporaryFolder();
        for (var i = 0; i < 3; i++)
            Picture.FromRgb(100, 80, [.. Enumerable.Range(0, 100 * 80 * 3).Select(value => (byte)(value * (i + 3)))]).SavePng(folder[$"{i}.png"]);
        IReadOnlyList<TrainingImage> Of(PictureRoom room) => new SubsetDecoder(
            new Subset { Options = new() { RandomCrop = true } }, new SubsetFiles([.. Enumerable.Range(0, 3).Select(i => FileOf(folder[$"{i}.png"]))], []), 64, room).Read();

        var held = Of(new PictureRoom());
        var first = held[0].Pixels().Size;
        var apart = Of(new PictureRoom(2 * first));
        Assert.Equal([false, false, true], apart.Select(image => image.Source is not null));
        Assert.Empty(apart[2].Rgb);
        Assert.All(held.Zip(apart), pair =>
        {
            Assert.Equal(pair.First.Pixels().Rgb, pair.Second.Pixels().Rgb);
            Assert.Equal(pair.First.Uncropped!.Rgb, pair.Second.Pixels().Uncropped!.Rgb);
            Assert.Equal((pair.First.Width, pair.First.Height, pair.First.CropTopLeft), (pair.Second.Width, pair.Second.Height, pair.Second.CropTopLeft));
        });
    }

    [Fact]
    public void All_bad_pictures_are_named_at_once()
    {
        using var folder = new TemporaryFolder();
        new Picture(8, 40, [.. Enumerable.Repeat((byte)255, 8 * 40 * 4)]).SavePng(folder["small.png"]);
        new Picture(64, 64).SavePng(folder["clear.png"]);
        folder.Write("broken.png", "no picture");
        DatasetFile[] files = [.. new[] { "broken", "clear", "gone", "small" }.Select(name => FileOf(folder[name + ".png"]))];
        var lines = Assert.Throws<InvalidDataException>(() => Read(Defaults with { BucketNoUpscale = true }, files)).Message.Split('\n');
        Assert.Equal(4, lines.Length);
        Assert.Contains("broken.png' is not a readable PNG", lines[0], StringComparison.Ordinal);
        Assert.Contains("clear.png' has transparency and the plan has no policy", lines[1], StringComparison.Ordinal);
        Assert.Contains("gone.png' does not exist", lines[2], StringComparison.Ordinal);
        Assert.Contains("small.png': 8×40 pixels: a side is shorter than bucket_reso_steps (16)", lines[3], StringComparison.Ordinal);
    }

    private static IReadOnlyList<TrainingImage> Read(BucketPlan buckets, params DatasetFile[] files) =>
        new SubsetDecoder(new Dataset(Plan(buckets), []).ForUse(64, masked: false), new SubsetFiles(files, []), 64).Read();

    private static DatasetPlan Plan(BucketPlan buckets) => new() { Key = "mine", Source = DatasetSource.Folder, Folder = new FolderPlan { Folder = "mine" }, Name = "mine", Buckets = buckets };

    private static DatasetFile FileOf(string path) => new(path, () => "a caption", "1_mine", 1, Path.GetFileName(path));

    private static (int, int) Pair(JsonElement item, string name) => (item.GetProperty(name)[0][0].GetInt32(), item.GetProperty(name)[0][1].GetInt32());

    private static byte[] Expected(string name)
    {
        using var scope = NewDisposeScope();
        using var numbers = SafetensorsFile.Open(Path.Combine(Folder, "pictures.safetensors"));
        return ((numbers.Read(name + ".image_tensor_nchw")[0].permute(1, 2, 0) + 1) * 127.5).round().to(ScalarType.Byte).contiguous().data<byte>().ToArray();
    }
}
