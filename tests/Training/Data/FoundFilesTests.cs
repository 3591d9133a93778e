using System.Diagnostics;
using System.Text;
using Slipway.Training.Data;
using Slipway.Training.Options;

namespace Slipway.Training.Tests.Data;

/// <summary>What lies in people's folders beside pictures and captions.</summary>
public sealed class FoundFilesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("slipway-found-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Names_that_begin_with_a_dot_are_passed_over()
    {
        Write("10_x/a.png", "10_x/a.txt", "10_x/._a.png", "10_x/._a.txt", "10_x/.DS_Store", "10_x/.ipynb_checkpoints/a.png", ".git/a.png", "10_x/Thumbs.db", "10_x/b.png~");
        var read = Read();
        Assert.Equal("a.png", Assert.Single(read.Files).Picture);
        Assert.Empty(read.Warnings);
    }

    [Fact]
    public void A_text_beside_numbered_folders_is_passed_over_with_a_note()
    {
        Write("10_x/a.png", "10_x/a.txt", "prompt.txt");
        Assert.Contains("prompt.txt: passed over, a text beside the training folders", Assert.Single(Read().Warnings), StringComparison.Ordinal);
        Assert.Single(Read().Files);
    }

    [Fact]
    public void Formats_that_are_read_are_and_others_are_named()
    {
        Write("a.jfif", "b.bmp", "c.gif", "d.JPE", "e.avif", "e.txt", "f.HEIC", "g.tiff", "h.psd");
        var read = Read(new() { ClassTokens = "x" });
        Assert.Equal(["a.jfif", "b.bmp", "c.gif", "d.JPE"], read.Files.Select(file => file.Picture));
        Assert.Equal(["e.avif: not learned from, AVIF", "f.HEIC: not learned from, HEIC", "g.tiff: not learned from, TIFF", "h.psd: not learned from, Photoshop"], read.Warnings.Select(line => Path.GetFileName(line.Split(" is not read")[0])));
    }

    [Fact]
    public void Masks_of_other_tools_are_no_pictures()
    {
        Write("a.png", "a.txt", "a-masklabel.png", "a-condlabel.png");
        var read = Read();
        Assert.Equal("a.png", Assert.Single(read.Files).Picture);
        Assert.Equal(2, read.Warnings.Count(line => line.Contains("a mask of another tool", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_mask_under_its_picture_s_name_is_no_picture_unless_it_has_a_caption()
    {
        Write("a.jpg", "a.txt", "a_mask.png", "a-mask.png", "a.mask.PNG", "b.png", "b.txt", "b_mask.png", "b_mask.txt", "c_mask.png");
        var read = Read(new() { ClassTokens = "x" });
        Assert.Equal(["a.jpg", "b.png", "b_mask.png", "c_mask.png"], read.Files.Select(file => file.Picture));
        Assert.Equal(["a-mask.png", "a.mask.PNG", "a_mask.png"], read.Warnings.Select(line => Path.GetFileName(line.Split(": passed over, a mask")[0])));
    }

    // ガ as one letter, and as カ with its mark: what a Mac makes of the same name.
    [Theory]
    [InlineData("\u30AC\u30FC\u30EB", "\u30AB\u3099\u30FC\u30EB")]
    [InlineData("caf\u00E9", "cafe\u0301")]
    [InlineData("\u00C9t\u00E9", "E\u0301te\u0301")]
    [InlineData("\u0451\u0439", "\u0435\u0308\u0438\u0306")]
    [InlineData("\u1EAD", "a\u0323\u0302")]
    [InlineData("\uD55C", "\u1112\u1161\u11AB")]
    public void Names_with_letters_and_accents_together_and_apart_are_one(string together, string apart)
    {
        Write($"{together}.png", $"{apart}.txt", $"b{apart}.png", $"b{together}.txt", $"masks/{apart}.png", $"masks/b{together}.png");
        var files = Read(new() { MaskFolder = Path.Combine(_folder, "masks") }).Files;
        Assert.Equal(2, files.Count);
        Assert.All(files, file => Assert.NotNull(file.MaskFile));
        Write($"{apart}.png");
        Assert.Contains(Problems(), problem => problem.Contains("looks the same as", StringComparison.Ordinal));
    }

    [Fact]
    public void A_name_that_is_not_UTF_8_is_named()
    {
        Write("a.png", "a.txt");
        Shell($"cp '{_folder}/a.png' '{_folder}/caf'$(printf '\\351').png");
        var problems = Problems();

        // .NET cannot name it, not even to remove it.
        Shell($"rm -f '{_folder}'/caf*");
        Assert.Contains("caf\uFFFD.png: its name is not UTF-8", Assert.Single(problems), StringComparison.Ordinal);
    }

    public static TheoryData<string, byte[], string> Read_ => new()
    {
        { "UTF-8", Encoding.UTF8.GetBytes("sail_kun, 帆"), "sail_kun, 帆" },
        { "UTF-8 with a mark", [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes("sail_kun, 帆")], "sail_kun, 帆" },
        { "UTF-16, little endian", [0xFF, 0xFE, .. Encoding.Unicode.GetBytes("sail_kun, 帆")], "sail_kun, 帆" },
        { "UTF-16, big endian", [0xFE, 0xFF, .. Encoding.BigEndianUnicode.GetBytes("sail_kun, 帆")], "sail_kun, 帆" },
        { "CRLF", "a\r\nb\r\n"u8.ToArray(), "a\nb" },
        { "CR", "a\rb"u8.ToArray(), "a\nb" },
    };

    [Theory]
    [MemberData(nameof(Read_))]
    public void Captions_are_read_as_editors_write_them(string what, byte[] bytes, string text)
    {
        var path = Path.Combine(_folder, "a.txt");
        File.WriteAllBytes(path, bytes);
        Assert.True(text == CaptionFile.Read(path), what);
    }

    public static TheoryData<string, byte[]> Refused => new()
    {
        { "cp932", [.. "sail_kun, "u8, 0x91, 0x44, 0x2C, 0x20, 0x8A, 0x43] },
        { "GBK", [.. "sail_kun, "u8, 0xB7, 0xAB, 0xB4, 0xAC] },
        { "Latin-1", [.. "sail_kun, caf"u8, 0xE9] },
        { "UTF-16 without a mark", Encoding.Unicode.GetBytes("sail_kun, sea") },
        { "UTF-16, big endian, without a mark", Encoding.BigEndianUnicode.GetBytes("sail_kun, sea") },
        { "half a letter", [0xFF, 0xFE, 0x3D, 0xD8, 0x20, 0x00] },
        { "letters lost before", Encoding.UTF8.GetBytes("sail_kun, caf\uFFFD") },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Captions_of_other_encodings_are_refused_by_name(string what, byte[] bytes)
    {
        var path = Path.Combine(_folder, "a.txt");
        File.WriteAllBytes(path, bytes);
        var message = Assert.Throws<InvalidDataException>(() => CaptionFile.Read(path)).Message;
        Assert.True(message.StartsWith($"{path}: ", StringComparison.Ordinal) && message.Contains("UTF-8", StringComparison.Ordinal) && !message.Contains('\n', StringComparison.Ordinal), $"{what}: {message}");
    }

    private static void Shell(string command)
    {
        using var process = Process.Start("sh", ["-c", command]);
        process.WaitForExit();
    }

    private TrainingFolder Read(TrainingFolderOptions? options = null) => TrainingFolder.Read(_folder, options ?? new TrainingFolderOptions());

    private string[] Problems() => Assert.Throws<InvalidDataException>(() => Read()).Message.Split('\n');

    private void Write(params string[] files)
    {
        foreach (var path in files.Select(file => Path.Combine(_folder, file)))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, "x");
        }
    }
}
