using Slipway.Training.Data;
using Slipway.Training.Options;

namespace Slipway.Training.Tests.Data;

public sealed class TrainingFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("slipway-folder-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Subfolders_say_repeats_and_captions_lie_beside_the_pictures()
    {
        Write("10_sail_kun/b.png", "10_sail_kun/a.webp", "2_x/a.jpeg");
        Text("10_sail_kun/b.txt", "sail_kun, beach \nsecond line\n");
        Text("10_sail_kun/a.caption", "sail_kun");
        Text("2_x/a.txt", "cat");
        var files = Read().Files;
        Assert.Equal(["10_sail_kun/a.webp", "10_sail_kun/b.png", "2_x/a.jpeg"], files.Select(file => $"{file.Subfolder}/{file.Picture}"));
        Assert.Equal([10, 10, 2], files.Select(file => file.Repeats!.Value));
        Assert.Equal(["sail_kun", "sail_kun, beach\nsecond line", "cat"], files.Select(Caption));
    }

    [Fact]
    public void Pictures_in_the_folder_itself_have_no_repeats_of_their_own()
    {
        Write("b.png", "a.PNG");
        Text("a.txt", "first");
        Text("b.txt", "second");
        Text("notes/list.md", "what else lies there");
        var files = Read().Files;
        Assert.Equal(["first", "second"], files.Select(Caption));
        Assert.All(files, file => Assert.Equal(("", null), (file.Subfolder, file.Repeats)));
    }

    [Fact]
    public void A_subfolder_without_repeats_is_skipped_with_a_warning()
    {
        Write("1_x/a.png", "old/b.png");
        Text("1_x/a.txt", "cat");
        var read = Read();
        Assert.Single(read.Files);
        Assert.Contains("old: skipped", Assert.Single(read.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void All_problems_come_at_once_a_line_each()
    {
        Write("1_x/no caption.png", "1_x/two.png");
        Text("1_x/no image.txt", "cat");
        Text("1_x/two.txt", "cat");
        Text("1_x/two.caption", "dog");
        Directory.CreateDirectory(Path.Combine(_folder, "3_nothing"));
        var lines = Problems();
        Assert.Equal(4, lines.Length);
        Assert.Contains(lines, l => l.Contains("no caption.png: no caption; expected no caption.txt beside it", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.EndsWith("no image.txt: no picture has this name; add the picture or remove the caption", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.Contains("two.png: has two captions, two.txt and two.caption", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.Contains("3_nothing: holds no picture", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\ncat")]
    [InlineData("  \ncat")]
    public void A_caption_whose_first_line_is_empty_is_refused_when_it_is_read(string text)
    {
        Write("a.png");
        Text("a.txt", text);
        var file = Path.Combine(_folder, Assert.Single(Read().Files).CaptionFile!);
        Assert.Equal($"{file}: the first line is empty; write the caption there", Assert.Throws<InvalidDataException>(() => CaptionFile.Read(file)).Message);
        Assert.Equal(text.Trim(), CaptionFile.Read(file, mayBeEmpty: true));
    }

    [Fact]
    public void The_plans_caption_stands_above_those_of_files()
    {
        Write("a.png");
        Text("a.txt", "text");
        Assert.Equal((null, "cat"), Assert.Single(Read(new() { Caption = "cat" }).Files) is var file ? (file.CaptionFile, file.Caption) : default);
    }

    [Fact]
    public void Missing_captions_are_the_class_tokens_where_the_plan_allows_it()
    {
        Write("10_sks dog/a.png");
        Assert.Equal("sks dog", Assert.Single(Read(new() { AllowMissingCaptions = true }).Files).Caption);
        Assert.Equal("a cat", Assert.Single(Read(new() { ClassTokens = "a cat" }).Files).Caption);
        Write("b.png");
        Assert.Contains(Problems(new() { AllowMissingCaptions = true }), line => line.Contains("10_sks dog: lies beside pictures", StringComparison.Ordinal));
        Directory.Delete(Path.Combine(_folder, "10_sks dog"), recursive: true);
        Assert.Equal("", Assert.Single(Read(new() { AllowMissingCaptions = true }).Files).Caption);
    }

    [Fact]
    public void With_an_extension_given_other_captions_do_not_count()
    {
        Write("a.png");
        Text("a.txt", "text");
        Text("a.tags", "tags");
        Assert.Equal("text", Caption(Assert.Single(Read().Files)));
        Assert.Equal("tags", Caption(Assert.Single(Read(new() { CaptionExtension = ".tags" }).Files)));
    }

    [Fact]
    public void A_face_cut_out_of_a_picture_has_that_pictures_caption()
    {
        Write("ship.png", "ship_10_20_30_40.png");
        Text("ship.txt", "sail_kun");
        Assert.Equal(["sail_kun", "sail_kun"], Read().Files.Select(Caption));
    }

    [Fact]
    public void Masks_are_found_by_name_and_missing_ones_are_named()
    {
        Write("a.png", "b.jpg");
        Text("a.txt", "a");
        Text("b.txt", "b");
        var masks = Directory.CreateDirectory(Path.Combine(_folder, "masks")).FullName;
        File.WriteAllBytes(Path.Combine(masks, "a.png"), []);
        Assert.EndsWith($"b.jpg: has no mask; expected {Path.Combine(masks, "b")}.png", Assert.Single(Problems(new() { MaskFolder = masks })), StringComparison.Ordinal);
        File.WriteAllBytes(Path.Combine(masks, "b.png"), []);
        Assert.Equal(["a.png", "b.png"], Read(new() { MaskFolder = masks }).Files.Select(file => file.MaskFile));
    }

    [Fact]
    public void An_empty_or_missing_folder_is_an_error()
    {
        Assert.Contains("holds no picture (PNG, JPEG or WebP; BMP and GIF are read too), nor a subfolder", Assert.Single(Problems()), StringComparison.Ordinal);
        Assert.Throws<DirectoryNotFoundException>(() => TrainingFolder.Read(Path.Combine(_folder, "none"), new TrainingFolderOptions()));
    }

    private string Caption(TrainingFile file) => CaptionFile.Read(Path.Combine(_folder, file.Subfolder, file.CaptionFile!));

    private TrainingFolder Read(TrainingFolderOptions? options = null) => TrainingFolder.Read(_folder, options ?? new TrainingFolderOptions());

    private string[] Problems(TrainingFolderOptions? options = null) => Assert.Throws<InvalidDataException>(() => Read(options)).Message.Split('\n');

    private void Write(params string[] pictures)
    {
        foreach (var picture in pictures)
            Text(picture, "not decoded here");
    }

    private void Text(string relative, string text)
    {
        var path = Path.Combine(_folder, relative);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
