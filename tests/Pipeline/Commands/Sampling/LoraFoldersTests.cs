using Slipway.Diffusion.Files;
using Slipway.Pipeline.Commands.Sampling;
using Slipway.Pipeline.Drawing;

namespace Slipway.Pipeline.Tests.Commands.Sampling;

public sealed class LoraFoldersTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private LoraFolders Folders => new(_folder.Path, _folder.Path, artifacts: null, _folder["checkpoints/base.safetensors"]);

    [Theory]
    [InlineData("artifacts/lora/x.safetensors")]
    [InlineData("models/lora/x.safetensors")]
    [InlineData("checkpoints/x.safetensors")]
    public void Find_a_file_by_its_name(string file)
    {
        _folder.Write(file, "");
        Assert.Equal(_folder[file], Folders.Find(new LoraTag("x", 0.5)).Path);
        Assert.Equal(_folder[file], Folders.FindOption(new LoraTag("x", 0.5)).Path);
    }

    [Fact]
    public void Look_in_artifacts_first()
    {
        _folder.Write("models/lora/x.safetensors", "");
        _folder.Write("artifacts/lora/x.safetensors", "");
        Assert.Equal(_folder["artifacts/lora/x.safetensors"], Folders.Find(new LoraTag("x", 1)).Path);
    }

    [Fact]
    public void Take_a_path_too_and_call_it_by_its_name()
    {
        _folder.Write("mine/x.safetensors", "");
        Assert.Equal(new LoraUse(new LoraTag("x", 0.5), _folder["mine/x.safetensors"]), Folders.FindOption(new LoraTag("mine/x.safetensors", 0.5)));
    }

    [Fact]
    public void Call_a_folder_a_folder_unless_a_LoRA_has_its_name()
    {
        _folder.Write("mine/x.safetensors", "");
        Assert.StartsWith("The LoRA 'mine' is a folder; expected --lora=FILE:strength, ", Assert.Throws<FileNotFoundException>(() => Folders.FindOption(new LoraTag("mine", 1))).Message, StringComparison.Ordinal);
        _folder.Write("models/lora/mine.safetensors", "");
        Assert.Equal(_folder["models/lora/mine.safetensors"], Folders.FindOption(new LoraTag("mine", 1)).Path);
    }

    [Fact]
    public void List_what_is_there()
    {
        _folder.Write("artifacts/lora/boat_v1.safetensors", "");
        _folder.Write("models/lora/cat.safetensors", "");
        _folder.Write("checkpoints/base.safetensors", "");
        var message = Assert.Throws<FileNotFoundException>(() => Folders.Find(new LoraTag("rocket", 1))).Message;
        Assert.Equal("There is no LoRA `rocket` in artifacts/lora, models/lora, checkpoints; known here: boat_v1, cat.", message);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("sub/x")]
    [InlineData("sub\\x")]
    [InlineData("sub/x.safetensors")]
    [InlineData("x.safetensors")]
    public void Look_below_themselves(string name)
    {
        _folder.Write("models/lora/sub/x.safetensors", "");
        Assert.Equal(_folder["models/lora/sub/x.safetensors"], Folders.Find(new LoraTag(name, 1)).Path);
    }

    [Fact]
    public void Know_a_file_by_the_name_that_it_gives_itself()
    {
        Directory.CreateDirectory(_folder["models/lora"]);
        SafetensorsWriter.Write(_folder["models/lora/renamed.safetensors"], [], new Dictionary<string, string>(StringComparer.Ordinal) { ["ss_output_name"] = "boat" });
        _folder.Write("models/lora/broken.safetensors", "no header");
        Assert.Equal(_folder["models/lora/renamed.safetensors"], Folders.Find(new LoraTag("boat", 1)).Path);
    }

    [Fact]
    public void Do_not_guess_which_of_two_is_meant()
    {
        _folder.Write("models/lora/a/x.safetensors", "");
        _folder.Write("models/lora/b/x.safetensors", "");
        Assert.Contains("a/x.safetensors, b/x.safetensors", Assert.Throws<ArgumentException>(() => Folders.Find(new LoraTag("x", 1))).Message, StringComparison.Ordinal);
        Assert.Equal(_folder["models/lora/b/x.safetensors"], Folders.Find(new LoraTag("b/x", 1)).Path);
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("sub/../../x")]
    public void Do_not_leave_themselves(string name)
    {
        _folder.Write("artifacts/x.safetensors", "");
        _folder.Write("artifacts/lora/sub/x.safetensors", "");
        Assert.Throws<FileNotFoundException>(() => Folders.Find(new LoraTag(name, 1)));
    }

    [Fact]
    public void Name_a_path_that_does_not_exist()
        => Assert.Contains("'mine/y.safetensors'", Assert.Throws<FileNotFoundException>(() => Folders.FindOption(new LoraTag("mine/y.safetensors", 1))).Message, StringComparison.Ordinal);
}
