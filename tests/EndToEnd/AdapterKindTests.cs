using Slipway.Diffusion.Files;
using Slipway.Imaging.Pictures;

namespace Slipway.EndToEnd.Tests;

/// <summary>Versions whose branches are of other kinds than LoRA: trained, written, read again and drawn with.</summary>
public sealed class AdapterKindTests(FinishedWorkspace finished) : IDisposable
{
    private readonly Workspace _workspace = finished.Copy();

    public void Dispose() => _workspace.Dispose();

    [Theory]
    [InlineData("loha", false, ".hada_w1_a")]
    [InlineData("lokr", false, ".lokr_w1")]
    [InlineData("lora", true, ".dora_scale")]
    public async Task Is_trained_and_drawn_with(string algo, bool decomposesWeights, string key)
    {
        var before = File.ReadAllBytes(Picture());
        // At the plan's own rate two steps change a LoHa, a product of four, by less than a picture shows.
        _workspace.Edit(
            ("versions.v02.network_algo", algo),
            ("versions.v02.dora_wd", decomposesWeights ? "true" : "false"),
            ("versions.v02.learning_rate", "0.1"),
            ("versions.v02.unet_lr", "0.1"),
            ("versions.v02.text_encoder_lr", "0.1"),
            ("versions.v02.lr_scheduler", "constant"),
            ("versions.v02.lr_warmup_steps", "0"));
        var ran = await _workspace.RunAsync(PipelineStage.Evaluation, "v02");
        Assert.Contains("Train v02: 1", ran);
        Assert.Contains("Samples v02: 1", ran);
        using var file = SafetensorsFile.Open(_workspace.Lora("v02"));
        Assert.Contains(file.Tensors.Keys, name => name.EndsWith(key, StringComparison.Ordinal));
        Assert.NotEqual(before, File.ReadAllBytes(Picture()));
    }

    [Fact]
    public async Task What_learned_on_top_of_another_file_is_drawn_on_top_of_it()
    {
        File.Copy(_workspace.Lora("v03"), _workspace["style.safetensors"]);
        _workspace.Edit(("versions.v02.base_weights", "style.safetensors"));
        Assert.Contains("Samples v02: 1", await _workspace.RunAsync(PipelineStage.Evaluation, "v02"));
        var infotext = PngText.Read(File.ReadAllBytes(Picture()))["parameters"];
        Assert.Contains("style: ", infotext, StringComparison.Ordinal);
        Assert.Contains("sail_kun_v02: ", infotext, StringComparison.Ordinal);

        _workspace.Edit(("versions.v02.base_weights_multiplier", "0.5"));
        Assert.Contains("Samples v02: 1", await _workspace.RunAsync(PipelineStage.Evaluation, "v02"));
    }

    private string Picture() => Directory.GetFiles(_workspace["artifacts/samples/v02"], "*.png").Order(StringComparer.Ordinal).First();
}
