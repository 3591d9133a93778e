using Slipway.Diffusion.Checkpoints;
using Slipway.Diffusion.Files;
using Slipway.Diffusion.Model;
using Slipway.Diffusion.Noise;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Tests.Checkpoints;

public sealed class ModelOverridesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly SdxlModel _model = SmallModel.Create();

    public ModelOverridesTests() => SmallModel.Write(_folder["model"], _model);

    public void Dispose()
    {
        _model.Dispose();
        _scope.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Velocity_and_zero_terminal_SNR_hold_whatever_the_files_say()
    {
        using var model = Load(new ModelOverrides { PredictsVelocity = true, ZeroTerminalSnr = true });
        Assert.Equal(new NoiseConfiguration { PredictionType = "v_prediction", RescaleBetasZeroSnr = true }, model.Schedule.Configuration);
        Assert.Equal(0, model.Schedule.Snr(999));

        using var back = SmallModel.Create(new NoiseConfiguration { PredictionType = "v_prediction", RescaleBetasZeroSnr = true });
        SmallModel.Write(_folder["velocity"], back);
        using var noise = SdxlCheckpoint.Load(_folder["velocity"], CPU, ScalarType.Float32, overrides: new ModelOverrides { PredictsVelocity = false, ZeroTerminalSnr = false });
        Assert.Equal(new NoiseConfiguration(), noise.Schedule.Configuration);
    }

    [Fact]
    public void Clip_skip_takes_the_context_from_another_layer_and_leaves_the_pooled_embedding()
    {
        using var usual = Load(new ModelOverrides());
        using var last = Load(new ModelOverrides { ClipSkip = 1 });
        using var first = new PromptEncoder(usual).Encode(["boat"]);
        using var second = new PromptEncoder(last).Encode(["boat"]);
        Assert.False(first.Context.allclose(second.Context));
        Assert.True(first.Pooled.equal(second.Pooled).all().item<bool>());

        using var named = Load(new ModelOverrides { ClipSkip = 2 });
        using var third = new PromptEncoder(named).Encode(["boat"]);
        Assert.True(first.Context.equal(third.Context).all().item<bool>());
    }

    [Fact]
    public void More_layers_than_there_are_cannot_be_skipped() =>
        Assert.Equal("`clip_skip` is 3, and a text encoder of the model has 2 layers; expected a number from 1 to that.", Assert.Throws<InvalidDataException>(() => Load(new ModelOverrides { ClipSkip = 3 })).Message);

    [Theory]
    [InlineData("diffusers")]
    [InlineData("original")]
    [InlineData("checkpoint's")]
    public void An_autoencoder_of_its_own_is_read_in_every_spelling(string spelling)
    {
        using var other = SmallModel.Create();
        using (no_grad())
            foreach (var parameter in other.Vae.parameters())
                parameter.mul_(-0.5f);
        var path = _folder["other.safetensors"];
        if (spelling == "diffusers")
            StateDict.Save(other.Vae, path, SafetensorsWriter.Torch, ScalarType.Float32);
        else
            Write(path, other, spelling == "original" ? name => name["first_stage_model.".Length..] : name => name);

        using var model = Load(new ModelOverrides { Vae = path });

        foreach (var (key, tensor) in other.Vae.state_dict())
            Assert.True(tensor.equal(model.Vae.state_dict()[key]).all().item<bool>(), key);
        Assert.Equal(_model.Vae.Configuration.ScalingFactor, model.Vae.Configuration.ScalingFactor);
    }

    /// <summary>Some release checkpoints without one, to be used with SDXL's or another; sizes that are not SDXL's stand beside the file.</summary>
    [Fact]
    public void A_checkpoint_without_an_autoencoder_takes_one_of_its_own()
    {
        var path = _folder["model/bare.safetensors"];
        SafetensorsWriter.WriteOneByOne(path, [.. SingleFileContent.FromModel(_model.TextEncoder1, _model.TextEncoder2, _model.UNet, _model.Vae, ScalarType.Float32).Where(tensor => !tensor.Name.StartsWith("first_stage_model.", StringComparison.Ordinal))], SafetensorsWriter.Torch);
        StateDict.Save(_model.Vae, _folder["vae.safetensors"], SafetensorsWriter.Torch, ScalarType.Float32);
        var other = new ModelOverrides { Vae = _folder["vae.safetensors"] };

        using var model = SdxlCheckpoint.Load(path, CPU, ScalarType.Float32, overrides: other);
        SmallModel.AssertEqual(_model, model);
        using var outline = SdxlCheckpoint.Outline(path, CPU, ScalarType.Float32, overrides: other);
        Assert.Equal(_model.Vae.Configuration.Downscale, outline.Vae.Configuration.Downscale);

        var missing = Assert.Throws<InvalidDataException>(() => SdxlCheckpoint.Load(path, CPU, ScalarType.Float32)).Message;
        Assert.EndsWith("1 tensors:\n  missing: first_stage_model.*: the file has no autoencoder; name one (`vae: FILE` in the plan)", missing, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_autoencoder_is_refused_with_what_is_missing()
    {
        StateDict.Save(_model.TextEncoder1, _folder["text.safetensors"], SafetensorsWriter.Torch, ScalarType.Float32);
        Assert.Contains("text.safetensors", Assert.Throws<InvalidDataException>(() => Load(new ModelOverrides { Vae = _folder["text.safetensors"] })).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(9, "it is an inpainting model: its UNet is given 9 channels")]
    [InlineData(8, "it is a model that edits pictures (InstructPix2Pix)")]
    [InlineData(5, "its UNet is given 5 channels, where its latents have 4")]
    public void A_model_that_asks_for_more_than_latents_is_refused_before_its_weights_are_read(int channels, string expected)
    {
        var configuration = _folder["model/unet/config.json"];
        File.WriteAllText(configuration, File.ReadAllText(configuration).Replace("\"in_channels\": 4", $"\"in_channels\": {channels}", StringComparison.Ordinal));
        Assert.Contains(expected, Assert.Throws<InvalidDataException>(() => SdxlCheckpoint.Outline(_folder["model"], CPU, ScalarType.Float32)).Message, StringComparison.Ordinal);

        using var wide = zeros(8, channels, 3, 3);
        var name = "model.diffusion_model.input_blocks.0.0.weight";
        var tensors = SingleFileContent.FromModel(_model.TextEncoder1, _model.TextEncoder2, _model.UNet, _model.Vae, ScalarType.Float32).Where(tensor => tensor.Name != name).Append(PendingTensor.FromTensor(name, wide));
        SafetensorsWriter.WriteOneByOne(_folder["model.safetensors"], [.. tensors], null);
        Assert.Contains(expected, Assert.Throws<InvalidDataException>(() => SdxlCheckpoint.Files(_folder["model.safetensors"])).Message, StringComparison.Ordinal);
    }

    private static void Write(string path, SdxlModel model, Func<string, string> name) => SafetensorsWriter.WriteOneByOne(
        path,
        [.. SingleFileContent.FromModel(model.TextEncoder1, model.TextEncoder2, model.UNet, model.Vae, ScalarType.Float32).Where(tensor => tensor.Name.StartsWith("first_stage_model.", StringComparison.Ordinal)).Select(tensor => tensor with { Name = name(tensor.Name) })],
        null);

    private SdxlModel Load(ModelOverrides overrides) => SdxlCheckpoint.Load(_folder["model"], CPU, ScalarType.Float32, overrides: overrides);
}
