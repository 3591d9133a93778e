using Slipway.Diffusion.Files;
using Slipway.Diffusion.Tests.Checkpoints;
using Slipway.Diffusion.UNets;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Tests.UNets;

/// <summary>
/// golden/unet: what diffusers' UNet2DConditionModel (equal to sd-scripts' and to Stability's own, bit for bit) makes of three
/// inputs. Outputs are within ±2. Inside the network values reach ±10 and the reference's own f32 rounding 5e-5 (measured
/// against f64), as does ours: there the tolerance is relative to the tensor's largest value.
/// </summary>
public sealed class UNetTests : IDisposable
{
    private const double Tolerance = 2e-5;
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly UNet _unet = ReferenceModel.UNet();

    public void Dispose()
    {
        _unet.Dispose();
        _scope.Dispose();
    }

    [Theory]
    [InlineData("io_a")]
    [InlineData("io_b_nonsquare_long")]
    [InlineData("io_c_small")]
    public void Predicts_what_diffusers_predicts(string name)
    {
        using var noGradient = no_grad();
        using var io = Open(name);
        Assert.InRange(Difference.Largest(Run(io, null), io.Read("output")), 0, Tolerance);
    }

    /// <summary>The reference's names of blocks, and the module here that comes last in each.</summary>
    [Fact]
    public void Every_block_gives_what_diffusers_block_gives()
    {
        using var noGradient = no_grad();
        using var io = Open("io_a");
        var last = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["conv_in"] = "conv_in",
            ["time_embedding"] = "time_embedding",
            ["add_embedding"] = "add_embedding",
            ["down_blocks.0"] = "down_blocks.0.downsamplers.0",
            ["down_blocks.1"] = "down_blocks.1.downsamplers.0",
            ["down_blocks.1.resnets.0"] = "down_blocks.1.resnets.0",
            ["down_blocks.1.attentions.0"] = "down_blocks.1.attentions.0",
            ["down_blocks.1.attentions.0.transformer_blocks.0.attn2"] = "down_blocks.1.attentions.0.transformer_blocks.0.attn2",
            ["down_blocks.1.attentions.0.transformer_blocks.0.ff"] = "down_blocks.1.attentions.0.transformer_blocks.0.ff",
            ["down_blocks.2"] = "down_blocks.2.attentions.1",
            ["mid_block"] = "mid_block.resnets.1",
            ["up_blocks.0"] = "up_blocks.0.upsamplers.0.conv",
            ["up_blocks.1"] = "up_blocks.1.upsamplers.0.conv",
            ["up_blocks.2"] = "up_blocks.2.resnets.2",
        };
        Assert.Equal(last.Keys.Order(StringComparer.Ordinal), io.Tensors.Keys.Where(key => key.StartsWith("mid.", StringComparison.Ordinal)).Select(key => key[4..]).Order(StringComparer.Ordinal));
        var outputs = new ModuleOutputs(_unet, last.Values);
        Run(io, null);
        Assert.All(last, block => Assert.InRange(Difference.Relative(outputs[block.Value], io.Read($"mid.{block.Key}")), 0, Tolerance));
    }

    /// <summary>Gradients of mean(output²): values of at most 1e-2, so a twentieth of the tolerance is asked for.</summary>
    [Fact]
    public void Sends_the_gradients_back_that_diffusers_sends()
    {
        using var io = Open("io_a");
        var inputs = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        var loss = Run(io, inputs).square().mean();
        loss.backward();
        Assert.InRange(Difference.Largest(loss.reshape(1), io.Read("grad.loss")), 0, Tolerance);
        Assert.All(inputs, input => Assert.InRange(Difference.Largest(input.Value.grad!, io.Read($"grad.{input.Key}")), 0, Tolerance / 20));
    }

    private static SafetensorsFile Open(string name) => SafetensorsFile.Open(Golden.Path(Path.Combine("unet", $"{name}.safetensors")));

    /// <param name="io">The inputs.</param>
    /// <param name="leaves">Gets the inputs that ask for gradients; null: none does.</param>
    private Tensor Run(SafetensorsFile io, Dictionary<string, Tensor>? leaves)
    {
        Tensor Input(string name)
        {
            var tensor = io.Read(name);
            leaves?.Add(name, tensor.requires_grad_(true));
            return tensor;
        }

        return _unet.call(Input("sample"), io.Read("timesteps"), Input("encoder_hidden_states"), Input("text_embeds"), io.Read("time_ids"));
    }
}
