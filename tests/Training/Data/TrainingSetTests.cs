namespace Slipway.Training.Tests;

public sealed class TrainingSetTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("slipway-set-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Reads_repeats_captions_and_pixels()
    {
        Write("10_sail_kun/b.png", "opaque");
        Write("10_sail_kun/b.txt", "sail_kun, beach\nsecond line");
        Write("2_x/a.webp", "opaque");
        Write("2_x/a.txt", "cat");
        var images = TrainingSet.Read(_folder.FullName, Options).Images;
        Assert.Equal(["10_sail_kun/b.png", "2_x/a.webp"], images.Select(i => i.Name));
        Assert.Equal([10, 2], images.Select(i => i.Repeats));
        Assert.Equal(["sail_kun, beach", "cat"], images.Select(i => i.Caption));
        Assert.Equal([10, 20, 30], images[0].Rgb);
    }

    [Fact]
    public void A_folder_without_repeats_is_skipped_with_a_warning()
    {
        Write("1_x/a.png", "opaque");
        Write("1_x/a.txt", "cat");
        Write("old/b.png", "opaque");
        var set = TrainingSet.Read(_folder.FullName, Options);
        Assert.Single(set.Images);
        Assert.Contains("old: skipped", Assert.Single(set.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void All_problems_come_at_once_a_line_each()
    {
        Write("1_x/no caption.png", "opaque");
        Write("1_x/no image.txt", "cat");
        Write("1_x/empty.png", "opaque");
        Write("1_x/empty.txt", "\n");
        Write("1_x/clear.png", "transparent");
        Write("1_x/clear.txt", "cat");
        Write("1_x/broken.png", "broken");
        Write("1_x/broken.txt", "cat");
        Directory.CreateDirectory(Path.Combine(_folder.FullName, "3_nothing"));
        var lines = Assert.Throws<InvalidDataException>(() => TrainingSet.Read(_folder.FullName, Options)).Message.Split('\n');
        Assert.Equal(6, lines.Length);
        Assert.Contains(lines, l => l.EndsWith("no caption.png: no caption; expected no caption.txt beside it", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.EndsWith("no image.txt: no image has this name; add the image or remove the caption", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.Contains("empty.txt: the first line is empty", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.Contains("clear.png: is partly transparent and no alpha policy is set", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.Contains("broken.png: is no image", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.Contains("3_nothing: holds no image", StringComparison.Ordinal));
    }

    [Fact]
    public void With_a_policy_transparency_is_laid_on_its_colour()
    {
        Write("1_x/clear.png", "transparent");
        Write("1_x/clear.txt", "cat");
        var image = Assert.Single(TrainingSet.Read(_folder.FullName, Options with { AlphaPolicy = AlphaPolicy.White }).Images);
        Assert.Equal([132, 137, 142], image.Rgb);
    }

    [Fact]
    public void An_empty_or_missing_folder_is_an_error()
    {
        Assert.Contains("holds no folder of images", Assert.Throws<InvalidDataException>(() => TrainingSet.Read(_folder.FullName, Options)).Message, StringComparison.Ordinal);
        Assert.Throws<DirectoryNotFoundException>(() => TrainingSet.Read(Path.Combine(_folder.FullName, "none"), Options));
    }

    private static TrainingSetOptions Options => new()
    {
        Decode = path => File.ReadAllText(path) switch
        {
            "opaque" => new DecodedImage([10, 20, 30, 255], 1, 1),
            "transparent" => new DecodedImage([10, 20, 30, 128], 1, 1),
            _ => throw new InvalidDataException($"{path}: is no image"),
        },
    };

    private void Write(string path, string text)
    {
        var full = Path.Combine(_folder.FullName, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }
}
