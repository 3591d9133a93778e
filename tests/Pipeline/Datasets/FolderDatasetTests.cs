using Slipway.Engine.Caching;
using Slipway.Engine.Jobs;
using Slipway.Imaging.Pictures;
using Slipway.Pipeline.Datasets;
using Slipway.Pipeline.Plans.Datasets;
using Slipway.Training.Data;
using Slipway.Training.Options;

namespace Slipway.Pipeline.Tests.Datasets;

public sealed class FolderDatasetTests : IDisposable
{
    private static readonly BucketPlan Buckets = new() { EnableBucket = true };
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Subfolders_have_their_own_repeats_and_names()
    {
        Paint("data/10_sail_kun/a.png", 64, 64);
        Paint("data/3_boat/a.png", 64, 64);
        _folder.Write("data/10_sail_kun/a.txt", "sail_kun\nsecond line");
        var dataset = Read(new FolderPlan { Folder = "data", AllowMissingCaptions = true });
        var images = Images(dataset, masked: false);
        Assert.Equal([("10_sail_kun/a.png", 10, "sail_kun"), ("3_boat/a.png", 3, "boat")], images.Select(image => (image.Name, image.Repeats, image.Caption)));
        Assert.Equal(["image/10_sail_kun/a.png", "caption/10_sail_kun/a.png", "image/3_boat/a.png"], Roles(dataset, masked: false));
        Assert.Equal("sail_kun\nsecond line", Images(dataset, masked: false, new SubsetOptions { Caption = new() { EnableWildcard = true } })[0].Caption);
        Assert.Contains("`num_repeats` is 2", Assert.Throws<InvalidDataException>(() => Read(new FolderPlan { Folder = "data", AllowMissingCaptions = true }, repeats: 2)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mask_is_the_alpha_brought_to_the_bucket_as_the_picture_is()
    {
        Paint("data/a.png", 160, 96, opaque: (x, _) => x < 80);
        var dataset = Read(new FolderPlan { Folder = "data", ClassTokens = "boat", AlphaMask = true });
        var image = Assert.Single(Images(dataset, masked: true));
        Assert.Equal((80, 48), (image.Width, image.Height));
        Assert.All(Enumerable.Range(0, 80 * 48), i => Assert.Equal(i % 80 < 40 ? 255 : 0, image.Mask![i]));
        Assert.All(Enumerable.Range(0, 80 * 48).Where(i => i % 80 >= 40), i => Assert.Equal(255, image.Rgb[i * 3]));
        Assert.Null(Assert.Single(Images(dataset, masked: false)).Mask);
        var cut = Assert.Single(Images(dataset, masked: true, new SubsetOptions { RandomCrop = true }));
        Assert.Equal((cut.ResizedSize!.Value.Width, cut.Uncropped!.Mask!.Length), (cut.Uncropped.Width, cut.Uncropped.Width * cut.Uncropped.Height));
    }

    [Fact]
    public void A_mask_is_the_picture_of_the_same_name_and_an_input_of_the_training()
    {
        Paint("data/a.png", 64, 64);
        Paint("masks/a.png", 64, 64, opaque: (_, y) => y < 16);
        var dataset = Read(new FolderPlan { Folder = "data", ClassTokens = "boat", ConditioningDataDir = "masks" });
        var mask = Assert.Single(Images(dataset, masked: true)).Mask!;
        Assert.All(Enumerable.Range(0, 64 * 64), i => Assert.Equal(i / 64 < 16 && i % 3 == 0, mask[i] > 0));
        Assert.Equal(["image/1_mine/a.png", "mask/1_mine/a.png"], Roles(dataset, masked: true));
        Assert.Equal(["image/1_mine/a.png"], Roles(dataset, masked: false));

        Paint("masks/a.png", 32, 64);
        Assert.Contains("has 32×64 pixels and its picture 64×64", Assert.Throws<InvalidDataException>(() => Images(dataset, masked: true)).Message, StringComparison.Ordinal);
    }

    private Dataset Read(FolderPlan folder, int repeats = 1) => FolderDataset.List(
        new DatasetPlan { Key = "mine", Source = DatasetSource.Folder, Folder = folder, Name = "mine", NumRepeats = repeats, Alpha = folder.AlphaMask ? Slipway.Imaging.Pictures.AlphaPolicy.White : Slipway.Imaging.Pictures.AlphaPolicy.Refuse, Buckets = Buckets },
        _folder.Path);

    private IReadOnlyList<TrainingImage> Images(Dataset dataset, bool masked, SubsetOptions? options = null)
    {
        var subset = dataset.ForUse(64, masked) with { Options = options ?? new SubsetOptions() };
        return new SubsetDecoder(subset, SubsetFiles.From(subset, input => _folder[((FileRef)input).Path], input => ((FileRef)input).Path), 64).Read();
    }

    /// <summary>The files by which a job that reads the pictures knows them.</summary>
    private static IEnumerable<string> Roles(Dataset dataset, bool masked) => new JobFingerprint(Jobs.Samples.Find, Jobs.Samples.Facts)
        .Entries(new Reader(dataset.ForUse(64, masked))).Where(entry => entry.Kind == EntryKind.File).Select(entry => entry.Role);

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

    private sealed record Reader([property: Inline] Subset Subset) : IJob
    {
        public JobKind Kind => new("Read", 1);

        public IReadOnlyList<string> Environment => [];

        public IReadOnlyList<JobOutput> Outputs => [];

        public void Run(JobIo io) => throw new NotSupportedException();
    }
}
