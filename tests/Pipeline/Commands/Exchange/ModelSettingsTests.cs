using Slipway.Pipeline.Commands.Exchange;
using Slipway.Pipeline.Tests.Plans;

namespace Slipway.Pipeline.Tests.Commands.Exchange;

/// <summary>What trainers are told of the base model, and the plan says at its top.</summary>
public sealed class ModelSettingsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("x.txt", "--vae=v.safetensors --v_parameterization --zero_terminal_snr --clip_skip=1 --unet_lr=1e-4 --max_train_steps=10")]
    [InlineData("x.toml", "vae = \"v.safetensors\"\nv_parameterization = true\nzero_terminal_snr = true\nclip_skip = 1\nunet_lr = 1e-4\nmax_train_steps = 10\n")]
    [InlineData("x.json", """{ "LoRA_type": "Standard", "sdxl": true, "network_dim": 8, "learning_rate": 1e-4, "vae": "v.safetensors", "v_parameterization": true, "zero_terminal_snr": true, "clip_skip": "1", "max_train_steps": "10" }""")]
    [InlineData("x.xmlora", "<TrainParams><VAEPath>v.safetensors</VAEPath><VParameterization>true</VParameterization><ZeroTerminalSNR>true</ZeroTerminalSNR><ClipSkip>1</ClipSkip><LearningRate>1E-04</LearningRate><Epochs>3</Epochs></TrainParams>")]
    public void Are_taken_from_every_format_for_the_profile(string file, string text)
    {
        _folder.Write(file, text);

        var lines = Import(file, "v");

        Assert.Contains("# In the profile: vae: v.safetensors", lines);
        Assert.Contains("# In the profile: v_parameterization: true", lines);
        Assert.Contains("    zero_terminal_snr: true", lines);
        // For SDXL sd-scripts ignores it, and takes the layer that a plan without it takes.
        Assert.DoesNotContain(lines, line => line.Contains("clip_skip", StringComparison.Ordinal) || line.Contains("# `v", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--v_parameterization=False --vae=")]
    [InlineData("--vae=None")]
    [InlineData("")]
    public void Are_left_out_where_nothing_is_said(string arguments)
    {
        var imported = SdScriptsImport.Convert(ArgumentLine.Parse(arguments + " --unet_lr=1e-4 --max_train_steps=10", "x"), null, "v");

        Assert.Empty(imported.Profile);
        Assert.DoesNotContain(imported.Notes, note => note.Contains("v_parameterization", StringComparison.Ordinal) || note.Contains("vae", StringComparison.Ordinal));
    }

    [Fact]
    public void Are_exported_and_imported_as_they_were()
    {
        var plan = PlanFile.LoadText(PlanFile.Good + "vae: other.safetensors\nv_parameterization: true\nztsnr: true\nclip_skip: 1\n");
        var options = new ExportedOptions(plan, plan.Version("v02"), _folder.Path);
        _folder.Write("config.toml", string.Join('\n', options.Lines()));

        var lines = Import("config.toml", "again");

        Assert.Contains($"# In the profile: vae: {_folder["other.safetensors"]}", lines);
        Assert.Contains("# In the profile: v_parameterization: true", lines);
        Assert.Contains("    zero_terminal_snr: true", lines);
        Assert.Contains("`clip_skip` (1) has no counterpart in sd-scripts: of SDXL it takes the layer before the last.", options.Notes);
    }

    private List<string> Import(string file, string version)
    {
        var lines = new Lines();
        ImportRun.Run(_folder.Path, name => name == "from" ? [_folder[file]] : [], version, profile: null, lines);
        return lines.All;
    }
}
