using Slipway.Diffusion.Modules;
using Slipway.Diffusion.Text;
using Slipway.Diffusion.UNets;
using Slipway.Diffusion.Vae;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Tests.Modules;

public sealed class WeightSlotsTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly TimestepEmbedding _network = new(2, 3);

    public void Dispose()
    {
        _network.Dispose();
        _scope.Dispose();
    }

    [Fact]
    public void A_network_is_made_without_memory()
    {
        Assert.Equal(["linear_1.weight", "linear_1.bias", "linear_2.weight", "linear_2.bias"], new WeightSlots(_network).Keys);
        Assert.All(_network.parameters(), parameter => Assert.True(parameter.is_meta));
    }

    [Fact]
    public void A_slot_takes_a_tensor_over_without_copying_it()
    {
        Gradients.Require(_network, false);
        var slots = new WeightSlots(_network);
        var values = tensor([1f, 2f, 3f]).to(ScalarType.BFloat16);
        var alias = values.alias();
        slots.Fill("linear_2.bias", values);
        alias.fill_(7);
        var bias = _network.state_dict()["linear_2.bias"];
        Assert.Equal([7f, 7f, 7f], bias.to(ScalarType.Float32).data<float>().ToArray());
        Assert.Equal(ScalarType.BFloat16, bias.dtype);
        Assert.False(bias.requires_grad);
        Assert.True(slots["linear_1.weight"].is_meta);
    }

    [Fact]
    public void A_slot_outlives_the_scope_in_which_it_is_filled()
    {
        using (NewDisposeScope())
            new WeightSlots(_network).Fill("linear_1.bias", ones(3));
        Assert.Equal(3f, _network.get_parameter("linear_1.bias")!.sum().item<float>());
    }

    /// <summary>A convolution's first values, which a layer without memory has no use for, take views of its weight.</summary>
    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void Networks_leave_no_tensor_alive_once_they_are_disposed_of(ScalarType type)
    {
        using var noGradient = no_grad();
        var live = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        ReferenceModel.UNet(type).Dispose();
        ReferenceModel.TextEncoder1(type).Dispose();
        ReferenceModel.TextEncoder2(type).Dispose();
        ReferenceModel.Vae().Dispose();
        using (var made = new AutoencoderKL(new VaeConfiguration { BlockOutChannels = [32], LayersPerBlock = 1 }))
            WeightSlots.Initialise(made);
        Assert.Equal(live, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        var slots = new WeightSlots(_network);
        Assert.Contains("'linear_3.bias'", Assert.Throws<ArgumentException>(() => slots.Fill("linear_3.bias", zeros(3))).Message, StringComparison.Ordinal);
        Assert.Contains("linear_1.weight: expected [3, 2], found [2, 3]", Assert.Throws<ArgumentException>(() => slots.Fill("linear_1.weight", zeros(2, 3))).Message, StringComparison.Ordinal);
    }

    /// <summary>Bounds of PyTorch's initial values: ±1/√9 for a 3×3 convolution with one channel in, a normal's for embeddings.</summary>
    [Fact]
    public void First_values_are_those_of_PyTorchs_layers()
    {
        using var encoder = new ClipTextEncoder(new ClipTextConfiguration { VocabSize = 2000, HiddenSize = 8, IntermediateSize = 8, NumHiddenLayers = 1, NumAttentionHeads = 1 });
        using var vae = new AutoencoderKL(new VaeConfiguration { InChannels = 1, BlockOutChannels = [32], LayersPerBlock = 1 });
        WeightSlots.Initialise(encoder);
        WeightSlots.Initialise(vae);
        var table = encoder.state_dict()["text_model.embeddings.token_embedding.weight"];
        Assert.InRange(table.std().item<float>(), 0.95, 1.05);
        var weights = vae.state_dict();
        Assert.InRange(weights["encoder.conv_in.weight"].abs().max().item<float>(), 0.3, 1 / 3f);
        Assert.InRange(weights["encoder.conv_in.bias"].abs().max().item<float>(), 0.2, 1 / 3f);
        Assert.True(weights["encoder.conv_norm_out.weight"].equal(ones(32)).all().item<bool>());
        Assert.True(weights["encoder.conv_norm_out.bias"].equal(zeros(32)).all().item<bool>());
    }
}
