using Slipway.Diffusion.Files;
using Slipway.Diffusion.Model;
using Slipway.Training.LoraFiles;
using Slipway.Training.Networks;

namespace Slipway.Training.Tests.Networks;

public sealed class DoraTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("slipway-dora-");
    private readonly SdxlModel _model = TinyModel.Create();

    public void Dispose()
    {
        _model.Dispose();
        _scope.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>m ∘ (W + ΔW) / ‖W + ΔW‖ by outputs and by inputs, beside linear layers and convolutions of any stride.</summary>
    [Theory]
    [InlineData("lora_unet_middle_block_1_proj_in", true, ".dora_scale")]
    [InlineData("lora_unet_middle_block_1_proj_in", false, ".dora_scale")]
    [InlineData("lora_unet_middle_block_1_transformer_blocks_0_ff_net_0_proj", true, ".lora_magnitude_vector")]
    [InlineData("lora_unet_middle_block_0_in_layers_2", true, ".dora_scale")]
    [InlineData("lora_unet_middle_block_0_in_layers_2", false, ".dora_scale")]
    [InlineData("lora_unet_input_blocks_2_0_op", false, ".dora_scale")]
    [InlineData("lora_te1_text_model_encoder_layers_0_mlp_fc1", false, ".dora_scale")]
    public void The_weight_is_the_papers_and_the_branch_gives_what_the_weight_gives(string name, bool perOutput, string suffix)
    {
        using var inference = no_grad();
        var target = LoraTargets.All(_model).Single(t => t.Name == name);
        var (weight, shape) = (target.Weight.detach().clone(), target.Weight.shape);
        var (down, up) = (Random(1, [2, .. shape[1..]]), Random(2, [shape[0], 2, .. shape.Length == 4 ? [1L, 1L] : Array.Empty<long>()]));
        long[] magnitudes = suffix == ".dora_scale" ? [perOutput ? shape[0] : 1, perOutput ? 1 : shape[1], .. Enumerable.Repeat(1L, shape.Length - 2)] : [shape[0]];
        var magnitude = Random(3, magnitudes).abs() + 0.5;
        using var network = Load((name + ".lora_down.weight", down), (name + ".lora_up.weight", up), (name + ".alpha", tensor(1f)), (name + suffix, magnitude));

        var changed = weight + (up.flatten(1).mm(down.flatten(1)).reshape(shape) / 2);
        var sides = Enumerable.Range(0, shape.Length).Where(side => side != (perOutput ? 0 : 1)).Select(side => (long)side).ToArray();
        var lengths = changed.square().sum(sides, keepdim: true).sqrt();
        var expected = changed * magnitude.reshape(lengths.shape) / lengths;
        var module = Assert.Single(network.Adapters);
        Assert.InRange(Golden.RelativeError(weight + module.Delta(), expected), 0, 1e-6);

        network.Multiplier = 0.6;
        Assert.InRange(Golden.RelativeError(module.Delta(), (expected - weight) * 0.6), 0, 1e-6);
        RequireBranchIsMerge(network, target.Layer, shape);
        LoraFile.Save(network, FullName("again"), network.Metadata);
        using var again = LoraFile.Load(_model, FullName("again"));
        var written = Assert.Single(again.Adapters).Of("dora_scale");
        Assert.Equal(lengths.shape, written.shape);
        Assert.Equal(0, Golden.MaxError(magnitude.reshape(lengths.shape), written));
    }

    [Fact]
    public void Magnitudes_that_fit_neither_side_are_an_error()
    {
        const string name = "lora_unet_middle_block_1_transformer_blocks_0_ff_net_0_proj";
        var shape = LoraTargets.All(_model).Single(t => t.Name == name).Weight.shape;
        var (down, up) = (Random(1, 2, shape[1]), Random(2, shape[0], 2));
        LoraNetwork Read(params long[] magnitudes) => Load((name + ".lora_down.weight", down), (name + ".lora_up.weight", up), (name + ".dora_scale", ones(magnitudes)));
        Assert.Contains($"{name}.dora_scale: expected [{shape[0]}, 1] or [1, {shape[1]}], found [7, 1]", Assert.Throws<InvalidDataException>(() => Read(7, 1)).Message, StringComparison.Ordinal);
    }

    private static void RequireBranchIsMerge(LoraNetwork network, nn.Module<Tensor, Tensor> layer, long[] shape)
    {
        var input = Random(4, shape.Length == 4 ? [2, shape[1], 6, 6] : [2, 5, shape[1]]);
        network.Attach();
        var attached = layer.call(input);
        network.Detach();
        using (network.Merge())
            Assert.InRange(Golden.RelativeError(attached, layer.call(input)), 0, 1e-5);
        Assert.InRange(Golden.RelativeError(attached, layer.call(input)), 1e-2, double.MaxValue);
    }

    private LoraNetwork Load(params (string Name, Tensor Values)[] tensors)
    {
        SafetensorsWriter.Write(FullName("x"), tensors.Select(t => KeyValuePair.Create(t.Name, t.Values)), null);
        return LoraFile.Load(_model, FullName("x"));
    }

    private string FullName(string name) => Path.Combine(_folder.FullName, name + ".safetensors");

    private static Tensor Random(ulong seed, params long[] shape)
    {
        using var generator = new Generator(seed, CPU);
        return randn(shape, generator: generator);
    }
}
