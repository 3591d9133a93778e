using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text.Json.Nodes;
using Slipway.Engine.Jobs;
using Slipway.Imaging.Compositing;
using Slipway.Imaging.Pictures;
using Slipway.Pipeline.Commands.Measuring;
using Slipway.Pipeline.Plans;
using Slipway.Pipeline.Plans.Sections;

namespace Slipway.Pipeline.Tests.Commands.Measuring;

public sealed class MeasureRunTests : IDisposable
{
    private const string Sprite = "datasets/sail_kun/sail_kun.png";
    private const string Tagger = "datasets/tiny-sdxl/tagger";
    private const string Infotext = "sail_kun, beach, ocean\nNegative prompt: lowres\nSteps: 12, Sampler: Euler, CFG scale: 5, Seed: 3, Size: 64x64";

    private readonly TemporaryFolder _folder = new();
    private readonly Silent _progress = new();

    public MeasureRunTests()
    {
        Repository.CopyTo("datasets/sail_kun", _folder.Path);
        Repository.CopyTo(Tagger, _folder.Path);
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Sizes that are not the plan's, formats with and without an infotext, and a folder within the folder.</summary>
    [Fact]
    [Trait("Tier", "slow")] // It calibrates the sprite.
    public void Pictures_of_any_size_and_format_are_measured_each_by_itself_and_all_together()
    {
        var page = Page(96, 72);
        Save("in/a.png", With(page), PictureFormat.Png, Infotext);
        Save("in/b.JPG", With(Page(200, 200)), PictureFormat.Jpeg, Infotext);
        Save("in/more/c.webp", page, PictureFormat.Webp, "sail_kun, qqqq");
        Save("in/d.png", page, PictureFormat.Png, null);
        File.WriteAllText(_folder["in/a.txt"], "a caption");

        var json = JsonNode.Parse(Run("in").ToJson())!;

        var pictures = json["pictures"]!.AsArray();
        Assert.Equal(["a.png", "b.JPG", "d.png", "more/c.webp"], pictures.Select(picture => (string?)picture!["file"]));
        Assert.Equal([1, 1, 0, 0], pictures.Select(picture => (int?)(double?)picture!["mascot_presence"]));
        Assert.Equal(0.5, (double?)json["all"]!["mascot_presence"]);
        Assert.Equal([true, true, false, false], pictures.Select(picture => picture!["background_recall"] is not null));
        Assert.NotNull(pictures[0]!["prompt_tags"]);
        Assert.Equal([true, true, false, false], pictures.Select(picture => picture!["diversity"] is not null));
        Assert.Equal("The picture's file has no prompt.", Reason(pictures[2], "prompt_tags"));
        Assert.Equal("The tagger knows none of the prompt's tags.", Reason(pictures[3], "prompt_tags"));
        Assert.Equal("No other picture has the same prompt.", Reason(pictures[3], "diversity"));
        Assert.StartsWith("Evaluate tells this", Reason(json["all"], "leakage"), StringComparison.Ordinal);
    }

    /// <summary>With an encoder whose embedding is the mean colour.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Tier", "slow")] // It calibrates the sprite.
    public void With_an_encoder_there_are_its_figures_too_where_the_plan_s_backgrounds_are_drawn(bool hasBackgrounds)
    {
        OnnxEncoder.Write(_folder["dino/model.onnx"], null, "image_embeds");
        if (hasBackgrounds)
            Save("artifacts/backgrounds/000.png", Page(64, 64), PictureFormat.Png, null);
        Save("in/a.png", With(Page(96, 96)), PictureFormat.Png, Infotext);
        Save("in/b.png", Page(64, 64), PictureFormat.Png, Infotext);
        var plan = Plan.Load(Path.Combine(Repository.Root, "lora.pipeline.yaml"), null);
        var settings = new EncoderSettings { Size = 8, ImageMean = [0, 0, 0], ImageStd = [1, 1, 1] };

        var json = JsonNode.Parse(Run("in", plan with { Evaluation = plan.Evaluation with { Encoder = new EncoderPlan { Model = "dino/model.onnx", Settings = settings } } }).ToJson())!;

        var (all, pictures) = (json["all"]!, json["pictures"]!.AsArray());
        Assert.StartsWith("Evaluate tells this", (string?)all["reasons"]!["embedding.drift"], StringComparison.Ordinal);
        Assert.Equal(hasBackgrounds, all["embedding"]!["mascot_similarity"] is not null);
        Assert.Equal(hasBackgrounds, all["embedding"]!["diversity"] is not null);
        Assert.Equal(!hasBackgrounds, ((string?)all["reasons"]!["embedding.mascot_similarity"])?.Contains("--target=Backgrounds", StringComparison.Ordinal) ?? false);
        if (hasBackgrounds)
            Assert.True((double)pictures[0]!["embedding"]!["mascot_similarity"]! > (double)pictures[1]!["embedding"]!["mascot_similarity"]!); // the one with the sprite
    }

    [Theory]
    [InlineData(null, "Measure needs --input=FOLDER or --input=FILE")]
    [InlineData("nowhere", "--input: 'nowhere' does not exist; expected a picture, or a folder with pictures.")]
    [InlineData("empty", "--input: there is no picture in 'empty'; expected files that end with .png, .jpg, .jpeg, .jfif, .jpe, .webp, .bmp, .gif.")]
    public void What_is_not_there_is_said_before_anything_is_read(string? input, string expected)
    {
        Directory.CreateDirectory(_folder["empty/.hidden"]);
        Save("empty/.hidden/a.png", Page(8, 8), PictureFormat.Png, null);

        Assert.StartsWith(expected, Assert.ThrowsAny<Exception>(() => Run(input)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_pictures_that_cannot_be_read_are_named_at_once()
    {
        Save("in/good.png", Page(64, 64), PictureFormat.Png, null);
        _folder.Write("in/words.png", "no picture");
        _folder.Write("in/nothing.webp", "");
        var whole = Page(400, 400).Encode(PictureFormat.Jpeg, null);
        File.WriteAllBytes(_folder["in/half.jpg"], whole[..(whole.Length / 2)]);
        File.WriteAllBytes(_folder["in/huge.png"], Huge());

        var problems = Assert.Throws<InvalidDataException>(() => Run("in")).Message.Split('\n');

        Assert.Collection(
            problems,
            problem => Assert.StartsWith("Picture 'half.jpg' is damaged or cut off", problem, StringComparison.Ordinal),
            problem => Assert.StartsWith("Picture 'huge.png' says that it has 30000×30000 pixels", problem, StringComparison.Ordinal),
            problem => Assert.StartsWith("Picture 'nothing.webp' is empty (0 bytes)", problem, StringComparison.Ordinal),
            problem => Assert.StartsWith("Picture 'words.png' is not a readable PNG, JPEG or WebP file", problem, StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_that_is_no_picture_is_refused_whatever_its_name()
    {
        _folder.Write("notes.txt", "no picture");
        Assert.StartsWith("Picture 'notes.txt' is not a readable PNG, JPEG or WebP file", Assert.Throws<InvalidDataException>(() => Run("notes.txt")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sprite_and_a_tagger_that_are_missing_are_both_named()
    {
        Save("a.png", Page(8, 8), PictureFormat.Png, null);
        File.Delete(_folder[Sprite]);
        File.Delete(_folder[$"{Tagger}/model.onnx"]);

        var problems = Assert.Throws<FileNotFoundException>(() => Run("a.png")).Message.Split('\n');

        Assert.Collection(
            problems,
            problem => Assert.StartsWith($"sprite: '{Sprite}' does not exist", problem, StringComparison.Ordinal),
            problem => Assert.StartsWith($"tagger.model: '{Tagger}/model.onnx' does not exist", problem, StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Tier", "slow")] // It calibrates the sprite.
    public void Pictures_of_formats_that_are_not_read_are_named()
    {
        Save("in/a.jfif", Page(64, 64), PictureFormat.Jpeg, null);
        _folder.Write("in/b.avif", "modern");
        _folder.Write("in/c.txt", "a caption");

        var report = Run("in");

        Assert.Single(JsonNode.Parse(report.ToJson())!["pictures"]!.AsArray());
        Assert.Equal(["b.avif: not measured, AVIF is not read; save it as PNG, JPEG or WebP"], _progress.Warnings);
    }

    private MeasureReport Run(string? input) => Run(input, Plan.Load(Path.Combine(Repository.Root, "lora.pipeline.yaml"), null));

    private MeasureReport Run(string? input, Plan plan) => MeasureRun.Run(_folder.Path, _folder.Path, plan, input, _progress, TestContext.Current.CancellationToken);

    private void Save(string name, Picture picture, PictureFormat format, string? text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
        picture.Save(_folder[name], format, text);
    }

    private static string? Reason(JsonNode? measures, string name)
    {
        Assert.Null(measures![name]);
        return (string?)measures["reasons"]![name];
    }

    /// <summary>Sky above sand.</summary>
    private static Picture Page(int width, int height) => Picture.FromRgb(
        width, height, [.. Enumerable.Range(0, width * height).SelectMany(i => i / width < height / 2 ? (byte[])[110, (byte)(170 + (i % 3)), 220] : [220, 200, (byte)(140 + (i % 5))])]);

    private static Picture With(Picture page) => new Compositor(Picture.Load(Path.Combine(Repository.Root, Sprite)), "sprite").Compose(page, new CompositeOptions(), 4).Picture;

    /// <summary>A file that says of itself that it is a picture of 900 million pixels.</summary>
    private static byte[] Huge()
    {
        var file = Page(8, 8).EncodePng();
        byte[] size = [0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30];
        size.CopyTo(file, 16);
        var crc = Crc32.HashToUInt32(file.AsSpan(12, 17));
        BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(29), crc);
        return file;
    }

    private sealed class Silent : IProgressSink
    {
        public List<string> Warnings { get; } = [];

        public void Report(string stage, int done, int all, string? detail)
        {
        }

        public void End(string stage)
        {
        }

        public void Line(string text)
        {
        }

        public void Warn(string text) => Warnings.Add(text);
    }
}
