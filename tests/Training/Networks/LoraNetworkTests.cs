using Slipway.Diffusion.Model;
using Slipway.Training.Networks;
using Slipway.Training.Options;

namespace Slipway.Training.Tests.Networks;

public sealed class LoraNetworkTests : IDisposable
{
    private readonly SdxlModel _model = TinyModel.Create();

    public void Dispose() => _model.Dispose();

    [Fact]
    public void Attached_and_merged_networks_predict_the_same_and_leave_no_trace()
    {
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        var before = Predict();
        using var network = Network();
        network.Multiplier = 0.8;
        network.Attach();
        var attached = Predict();
        network.Detach();
        var detached = Predict();
        Tensor merged;
        using (network.Merge())
            merged = Predict();
        Assert.False(attached.allclose(before, rtol: 1e-3));
        Assert.True(attached.allclose(merged, rtol: 1e-3, atol: 1e-4));
        Assert.True(before.equal(detached).all().item<bool>());
        Assert.True(before.equal(Predict()).all().item<bool>());
    }

    [Fact]
    public void At_strength_zero_the_model_is_exactly_the_base_model()
    {
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        var before = Predict();
        using var network = Network();
        network.Multiplier = 0;
        network.Attach();
        Assert.True(before.equal(Predict()).all().item<bool>());
        network.Detach();
        using (network.Merge())
            Assert.True(before.equal(Predict()).all().item<bool>());
    }

    [Fact]
    public void An_attached_network_cannot_be_merged_too()
    {
        using var network = Network();
        network.Attach();
        Assert.Contains("detach it before merging", Assert.Throws<InvalidOperationException>(network.Merge).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_seed_and_the_name_decide_the_initial_values()
    {
        using var scope = NewDisposeScope();
        using var a = LoraNetwork.Create(_model, new LoraOptions(), 1);
        using var b = LoraNetwork.Create(_model, new LoraOptions { NetworkTrainUnetOnly = true }, 1);
        using var c = LoraNetwork.Create(_model, new LoraOptions(), 2);
        var name = b.Adapters[0].Name;
        Tensor Down(LoraNetwork n) => n.Adapters.First(m => m.Name == name).Down;
        Assert.True(Down(a).equal(Down(b)).all().item<bool>());
        Assert.False(Down(a).equal(Down(c)).all().item<bool>());
    }

    private LoraNetwork Network()
    {
        var network = LoraNetwork.Create(_model, new LoraOptions { ConvDim = 2 }, 1);
        using var inference = no_grad();
        using var generator = new Generator(1, CPU);
        foreach (var module in network.Adapters)
            module.Up.copy_(randn(module.Up.shape, generator: generator).mul_(0.3));
        return network;
    }

    private Tensor Predict()
    {
        using var generator = new Generator(2, CPU);
        using var conditioning = new PromptEncoder(_model).Encode(["a boat", "a beach"]);
        return _model.UNet.call(randn([2, 4, 8, 8], generator: generator), tensor(new long[] { 10, 900 }), conditioning.Context, conditioning.Pooled, ones(2, 6).mul_(16));
    }
}
