using Slipway.Imaging.Pictures;

namespace Slipway.Tagging.Tests;

public sealed class TaggerTests : IDisposable
{
    private static readonly string Model = Path.Combine(AppContext.BaseDirectory, "tagger", "model.onnx");
    private static readonly string List = Path.Combine(AppContext.BaseDirectory, "tagger", "selected_tags.csv");
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static Picture Flat(int width, int height, byte red, byte green, byte blue, byte alpha = 255)
    {
        var picture = new Picture(width, height);
        for (var i = 0; i < picture.Pixels.Length; i += 4)
        {
            (picture.Pixels[i], picture.Pixels[i + 1]) = (red, green);
            (picture.Pixels[i + 2], picture.Pixels[i + 3]) = (blue, alpha);
        }

        return picture;
    }

    [Fact]
    public void The_embedded_tagger_gives_a_probability_for_each_tag_the_same_each_time()
    {
        using var tagger = new Tagger(Model, List, threads: 1);
        var first = tagger.Run(Flat(64, 64, 250, 250, 250));
        Assert.Equal(tagger.Vocabulary.Tags.Count, first.Values.Count);
        Assert.All(first.Values, value => Assert.InRange(value, 0, 1));
        Assert.Equal(first.Values, tagger.Run(Flat(64, 64, 250, 250, 250)).Values);
        Assert.True(first["general"] > 0.9);
        Assert.True(first["white_background"] > 0.5);
        Assert.True(first["forest"] < 0.1);
        Assert.Equal(0, first["no_such_tag"]);
    }

    /// <summary>The tests' ONNX Runtime is the one for processors: a tagger for a card is refused there, not run on the processor in silence.</summary>
    [Fact]
    public void A_device_that_ONNX_Runtime_cannot_use_is_refused()
    {
        var error = Assert.Throws<PlatformNotSupportedException>(() => new Tagger(Model, List, threads: 1, device: "cuda"));

        Assert.Matches(@"^Tagger: ONNX Runtime cannot use the device 'cuda' \(.+\); start with `TorchBackend=cuda \./build\.sh` on a machine with an NVIDIA card, or say `device: cpu`\.$", error.Message);
    }

    /// <summary>Sums come out the same to the bit, however many pictures are looked at side by side.</summary>
    [Fact]
    public void A_batch_gives_what_its_pictures_give_alone()
    {
        using var tagger = new Tagger(Model, List, threads: 1);
        Picture[] pictures = [.. Enumerable.Range(0, 24).Select(i => Flat(64, 64, (byte)(10 * i), (byte)(250 - (7 * i)), (byte)(i * i)))];
        var together = tagger.Run(pictures);
        Assert.All(pictures.Zip(together), pair => Assert.Equal(tagger.Run(pair.First).Values, pair.Second.Values));
        Assert.NotEqual(together[0].Values, together[1].Values);
    }

    [Fact]
    public void What_is_transparent_counts_as_white()
    {
        using var tagger = new Tagger(Model, List, threads: 1);
        Assert.Equal(tagger.Run(Flat(64, 64, 255, 255, 255)).Values, tagger.Run(Flat(64, 64, 200, 0, 0, alpha: 0)).Values);
    }

    [Fact]
    public void A_picture_that_is_not_square_is_padded_with_white_and_not_stretched()
    {
        using var tagger = new Tagger(Model, List, threads: 1);
        var padded = Flat(64, 64, 255, 255, 255);
        for (var y = 16; y < 48; y++)
        {
            Flat(64, 1, 30, 60, 200).Pixels.CopyTo(padded.Pixels.AsSpan(y * 64 * 4));
        }

        Assert.Equal(tagger.Run(padded).Values, tagger.Run(Flat(64, 32, 30, 60, 200)).Values);
    }

    [Fact]
    public void A_list_of_another_length_is_an_error_that_names_both_files_and_numbers()
    {
        var lines = File.ReadAllLines(List);
        var list = _folder.Write("short.csv", string.Join('\n', lines[..^1]));
        var exception = Assert.Throws<InvalidDataException>(() => new Tagger(Model, list));
        Assert.DoesNotContain('\n', exception.Message);
        Assert.Contains($"'{Model}' gives {lines.Length - 1} probabilities", exception.Message, StringComparison.Ordinal);
        Assert.Contains($"'{list}' lists {lines.Length - 2} tags", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_model_is_named()
    {
        var exception = Assert.Throws<FileNotFoundException>(() => new Tagger(_folder["none.onnx"], List));
        Assert.Contains(_folder["none.onnx"], exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    [InlineData(200_000)]
    public void A_model_that_was_cut_off_is_named(int bytes)
    {
        File.WriteAllBytes(_folder["cut.onnx"], File.ReadAllBytes(Model)[..bytes]);
        var exception = Assert.Throws<InvalidDataException>(() => new Tagger(_folder["cut.onnx"], List));
        Assert.DoesNotContain('\n', exception.Message);
        Assert.Contains($"'{_folder["cut.onnx"]}'", exception.Message, StringComparison.Ordinal);
    }
}
