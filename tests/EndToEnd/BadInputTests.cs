using System.Buffers.Binary;
using System.Globalization;
using System.IO.Enumeration;
using System.IO.Hashing;
using System.Text;
using System.Text.RegularExpressions;
using Slipway.Build.Context;
using Slipway.Imaging.Pictures;
using Slipway.Pipeline.Plans.Yaml;

namespace Slipway.EndToEnd.Tests;

/// <summary>
/// Something that the pipeline reads is spoiled after a run. It says so in a line that names it, the outputs of that
/// run stay as they are, and once the input is mended there is nothing to run.
/// </summary>
public sealed class BadInputTests(FinishedWorkspace finished) : IDisposable
{
    private const string PlanFile = "lora.pipeline.yaml";
    private const string Sprite = "datasets/sail_kun/sail_kun.png";
    private const string UNet = "datasets/tiny-sdxl/unet/diffusion_pytorch_model.safetensors";
    private const string TagsCsv = "datasets/tiny-sdxl/tagger/selected_tags.csv";
    private readonly Workspace _workspace = finished.Copy();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task A_missing_sprite() => await FailsAsync<FileNotFoundException>(
        Sprite, File.Delete, "The sprite 'datasets/sail_kun/sail_kun.png' does not exist; put it there, or name another in the plan.");

    [Fact]
    public async Task An_empty_sprite() => await FailsAsync<InvalidDataException>(
        Sprite, path => File.WriteAllBytes(path, []), "Picture '*sail_kun.png' is empty (0 bytes); expected a PNG, JPEG or WebP file.");

    [Theory]
    [InlineData(20)]
    [InlineData(1000)]
    [InlineData(-1000)]
    public async Task A_sprite_that_is_cut_off(int length) => await FailsAsync<InvalidDataException>(
        Sprite, path => Cut(path, length), "Picture '*sail_kun.png' *");

    [Fact]
    public async Task A_sprite_that_claims_to_be_huge() => await FailsAsync<InvalidDataException>(
        Sprite, Enlarge, "Picture '*sail_kun.png' says that it has 100000×100000 pixels; at most 16384 a side and 100 million in all are read.");

    [Fact]
    public async Task A_sprite_that_is_no_picture() => await FailsAsync<InvalidDataException>(
        Sprite, path => File.WriteAllText(path, "a boat"), "Picture '*sail_kun.png' is not a readable PNG, JPEG or WebP file (6 bytes).");

    [Fact]
    public async Task A_sprite_without_transparency() => await FailsAsync<InvalidDataException>(
        Sprite, path => Repaint(path, 255), "Sprite 'datasets/sail_kun/sail_kun.png' has no transparent pixel; expected a cut-out (PNG with alpha). *");

    [Fact]
    public async Task A_sprite_that_is_fully_transparent() => await FailsAsync<InvalidDataException>(
        Sprite, path => Repaint(path, 0), "Sprite 'datasets/sail_kun/sail_kun.png' is fully transparent; there is nothing to place. *");

    [Theory]
    [InlineData(4)]
    [InlineData(2000)]
    [InlineData(-1)]
    public async Task Weights_that_are_cut_off(int length) => await FailsAsync<InvalidDataException>(
        UNet, path => Cut(path, length), "*diffusion_pytorch_model.safetensors is *");

    [Fact]
    public async Task Weights_that_do_not_fit_are_all_listed() => await FailsAsync<InvalidDataException>(
        UNet,
        path => EditHeader(
            path,
            header => Transposed(Transposed(header, "conv_in.weight"), "conv_out.weight").Replace("\"conv_in.bias\"", "\"conv_in.bios\"", StringComparison.Ordinal)),
        "*diffusion_pytorch_model.safetensors does not fit unet, 4 *:",
        "  missing: conv_in.bias [64]",
        "  shape: conv_in.weight is [4, *, 3, 3], expected [*, 4, 3, 3]",
        "  shape: conv_out.weight is [*, 4, 3, 3], expected [4, *, 3, 3]",
        "  unknown: conv_in.bios [64]");

    [Fact]
    public async Task A_base_model_without_its_unet() => await FailsAsync<FileNotFoundException>(
        UNet, File.Delete, "Model '*tiny-sdxl' has no 'unet/diffusion_pytorch_model.safetensors'.");

    [Fact]
    public async Task Tags_of_another_tagger() => await FailsAsync<InvalidDataException>(
        TagsCsv, path => File.WriteAllLines(path, File.ReadAllLines(path)[..^1]), "Tagger '*model.onnx' gives * probabilities, but '*selected_tags.csv' lists * tags; *");

    [Fact]
    public async Task A_tagger_that_is_cut_off() => await FailsAsync<InvalidDataException>(
        "datasets/tiny-sdxl/tagger/model.onnx", path => Cut(path, 1000), "Tagger '*model.onnx' is no readable ONNX model: *");

    [Fact]
    public async Task An_empty_folder_as_dataset() => await FolderFailsAsync(
        [], "Dataset `mine`: *mine: holds no picture (PNG, JPEG or WebP; BMP and GIF are read too), *");

    [Fact]
    public async Task A_folder_that_is_not_there_as_dataset() => await FailsAsync<DirectoryNotFoundException>(
        PlanFile, _ => UseFolder(), "Dataset `mine`: folder 'mine' does not exist.");

    [Fact]
    public async Task Captions_without_pictures_and_pictures_without_captions() => await FolderFailsAsync(
        ["a.png", "a.txt", "b.png", "c.txt", "d.caption"],
        "Dataset `mine`: *b.png: no caption; *",
        "Dataset `mine`: *c.txt: no picture has this name; *",
        "Dataset `mine`: *d.caption: no picture has this name; *");

    [Fact]
    public async Task A_picture_of_a_dataset_that_is_none() => await FolderFailsAsync(
        ["a.png", "a.txt"], "Picture '*a.png' is not a readable PNG, JPEG or WebP file (8 bytes).");

    [Fact]
    public async Task Captions_that_do_not_name_the_mascot()
    {
        Directory.CreateDirectory(_workspace["mine"]);
        File.Copy(_workspace.Sprite, _workspace["mine/a.png"]);
        File.WriteAllText(_workspace["mine/a.txt"], "a boat");

        await FailsAsync<InvalidDataException>(PlanFile, _ => UseFolder(), "Train v03: the trigger word 'sail_kun' is in no caption of dataset `mine`; *");
    }

    [Fact]
    public async Task A_key_with_a_typing_error() => await PlanFailsAsync(
        [("versions.v02.lr_schedler", "cosine")], "lora.pipeline.yaml:*:*: `versions.v02.lr_schedler` is not a known key; did you mean `lr_scheduler`?");

    [Fact]
    public async Task A_key_that_is_there_twice() => await FailsAsync<PlanException>(
        PlanFile, path => File.WriteAllText(path, $"salt: again\n{File.ReadAllText(path)}"), "lora.pipeline.yaml:*:1: `salt` is there twice, first in line 1; remove one.");

    [Fact]
    public async Task Versions_that_inherit_from_each_other() => await PlanFailsAsync(
        [("versions.v02.inherits", "v03")], "lora.pipeline.yaml:*:*: `versions.v0*.inherits` goes in a circle: v0* → v0* → v0*.");

    [Fact]
    public async Task A_version_with_a_dataset_that_is_not_there() => await PlanFailsAsync(
        [("versions.v03.dataset", "whte")], "lora.pipeline.yaml:*:*: `versions.v03.dataset` names no dataset: `whte`; did you mean `white`?");

    [Fact]
    public async Task Versions_that_were_to_train_equally_long_and_do_not() => await PlanFailsAsync(
        [("profiles.sdxl.versions", "{}"), ("versions.v03.max_train_steps", "3")],
        "lora.pipeline.yaml:*:*: `checks.equal_optimizer_steps` does not hold: v01 takes 2 steps, v02 takes 2 steps, v03 takes 3 steps; change `max_train_steps` or `max_train_epochs`.");

    [Fact]
    public async Task A_plan_that_is_not_there() => await FailsAsync<FileNotFoundException>(
        PlanFile, File.Delete, "*lora.pipeline.yaml* does not exist*");

    [Fact]
    public async Task A_version_that_is_not_there()
    {
        var exception = await Assert.ThrowsAsync<PlanException>(() => _workspace.RunAsync(PipelineStage.Training, "v04"));

        IsTheUsers(exception);
        Matches(exception.Message, "There is no version `v04`; *v01*");
    }

    [Fact]
    public async Task A_device_that_is_not_there()
    {
        Assert.SkipWhen(TorchSharp.torch.cuda_is_available(), "There is one.");

        var exception = await Assert.ThrowsAsync<ArgumentException>(() => _workspace.RunAsync(PipelineStage.Training, device: "cuda"));

        IsTheUsers(exception);
        Matches(exception.Message, "`device` is cuda, but libtorch finds no usable CUDA device: *--device=cpu; *.");
    }

    [Fact]
    public async Task A_device_of_another_name()
    {
        var exception = await Assert.ThrowsAsync<PlanException>(() => _workspace.RunAsync(PipelineStage.Training, device: "gpu"));

        IsTheUsers(exception);
        Matches(exception.Message, "*device*cpu, cuda*gpu*");
    }

    private Task PlanFailsAsync((string Path, string Value)[] changes, params string[] expected)
        => FailsAsync<PlanException>(PlanFile, _ => _workspace.Edit(changes), expected);

    private async Task FolderFailsAsync(string[] files, params string[] expected)
    {
        Directory.CreateDirectory(_workspace["mine"]);
        foreach (var file in files)
            File.WriteAllText(_workspace[$"mine/{file}"], "sail_kun");

        await FailsAsync<InvalidDataException>(PlanFile, _ => UseFolder(), expected);
    }

    /// <summary>Lets v03 learn from the folder <c>mine</c>.</summary>
    private void UseFolder()
        => _workspace.Edit(("datasets.mine", "{ source: folder, folder: mine, alpha: white }"), ("versions.v03.dataset", "mine"));

    private async Task FailsAsync<TException>(string input, Action<string> spoil, params string[] expected)
        where TException : Exception
    {
        var path = _workspace[input];
        var good = File.ReadAllBytes(path);
        var before = _workspace.Outputs();
        spoil(path);

        var exception = await Assert.ThrowsAsync<TException>(_workspace.RunAsync);

        IsTheUsers(exception);
        Matches(exception.Message, expected);
        Assert.Equal(before, _workspace.Outputs());
        File.WriteAllBytes(path, good);
        Assert.Empty(await _workspace.RunAsync());
        Assert.Equal(before, _workspace.Outputs());
    }

    /// <summary>The program would end with 2.</summary>
    private static void IsTheUsers(Exception exception)
    {
        var status = new ExitStatus();
        status.Set(exception);
        Assert.Equal(2, status.Code);
        Assert.Equal(exception.Message, status.Error);
    }

    /// <summary>The message has these lines and no other; * is any text.</summary>
    private static void Matches(string message, params string[] expected) => Assert.Collection(
        message.Split('\n'),
        [.. expected.Select(pattern => (Action<string>)(line => Assert.True(FileSystemName.MatchesSimpleExpression(pattern, line), line)))]);

    /// <summary>Keeps the first bytes; with a negative <paramref name="length"/>, all but the last.</summary>
    private static void Cut(string path, int length)
    {
        var bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, length < 0 ? bytes[..^-length] : bytes[..length]);
    }

    private static void Repaint(string path, byte alpha)
    {
        var picture = Picture.Load(path);
        for (var i = 3; i < picture.Pixels.Length; i += 4)
            picture.Pixels[i] = alpha;
        picture.SavePng(path);
    }

    /// <summary>Makes a PNG file's header say 100000×100000 pixels, with the checksum that belongs to it.</summary>
    private static void Enlarge(string path)
    {
        var bytes = File.ReadAllBytes(path);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(16), 100_000);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(20), 100_000);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(29), Crc32.HashToUInt32(bytes.AsSpan(12, 17)));
        File.WriteAllBytes(path, bytes);
    }

    /// <summary>Changes a safetensors header and not its length; the tensors' bytes stay.</summary>
    private static void EditHeader(string path, Func<string, string> change)
    {
        var bytes = File.ReadAllBytes(path);
        var length = (int)BitConverter.ToInt64(bytes);
        Encoding.UTF8.GetBytes(change(Encoding.UTF8.GetString(bytes, 8, length)).AsSpan(), bytes.AsSpan(8, length));
        File.WriteAllBytes(path, bytes);
    }

    /// <summary>Swaps input and output channels of a convolution.</summary>
    private static string Transposed(string header, string tensor)
    {
        var shape = Regex.Match(
            header,
            $"(?<before>\"{Regex.Escape(tensor)}\":\\{{[^}}]*\"shape\":\\[)(?<out>\\d+),(?<in>\\d+)",
            RegexOptions.ExplicitCapture,
            TimeSpan.FromSeconds(1));
        Assert.True(shape.Success, header[..200]);
        return string.Create(CultureInfo.InvariantCulture, $"{header[..shape.Index]}{shape.Groups["before"]}{shape.Groups["in"]},{shape.Groups["out"]}{header[(shape.Index + shape.Length)..]}");
    }
}
