using Slipway.Diffusion.Model;
using Slipway.Training.Networks;
using Slipway.Training.Optimizers;
using Slipway.Training.Options;
using Slipway.Training.Tests.Networks;

namespace Slipway.Training.Tests.Optimizers;

public sealed class AdamWTests : IDisposable
{
    private readonly SdxlModel _model = TinyModel.Create();

    public void Dispose() => _model.Dispose();

    // Two groups with rates of their own, gradients of changing size: TorchSharp's torch.optim.AdamW, tensor by tensor, is the reference.
    [Fact]
    public void Ten_steps_agree_with_torch_optim_AdamW()
    {
        using var scope = NewDisposeScope();
        using var network = LoraNetwork.Create(_model, new LoraOptions { NetworkDim = 2 }, 1);
        var start = network.Adapters.Where(m => m.Target.IsReached).Select(m => (m.Target.Group, Values: m.Down.detach().clone())).ToList();
        using var parameters = new FlatParameters(ParameterGroup.FromNetwork(network, [LoraGroup.TextEncoder, LoraGroup.UNet]));
        using var optimizer = new AdamW(parameters, new AdamWOptions());

        var reference = start.Select(s => new TorchSharp.Modules.Parameter(s.Values.clone())).ToList();
        using var text = optim.AdamW(reference.Where((_, i) => start[i].Group == LoraGroup.TextEncoder), 5e-4, weight_decay: 0.01);
        using var unet = optim.AdamW(reference.Where((_, i) => start[i].Group == LoraGroup.UNet), 1e-3, weight_decay: 0.01);
        var modules = network.Adapters.Where(m => m.Target.IsReached).ToList();
        for (var step = 0; step < 10; step++)
        {
            using var generator = new Generator((ulong)step, CPU);
            for (var i = 0; i < modules.Count; i++)
            {
                var gradient = randn(modules[i].Down.shape, generator: generator) * Math.Pow(10, step % 3);
                modules[i].Down.grad!.copy_(gradient);
                reference[i].grad = gradient;
            }
            optimizer.Step([5e-4, 1e-3]);
            text.step();
            unet.step();
        }
        Assert.All(modules.Zip(reference), pair => Assert.True(pair.First.Down.allclose(pair.Second, rtol: 1e-5, atol: 1e-7), pair.First.Name));
        Assert.False(modules[0].Down.allclose(start[0].Values, rtol: 1e-3));
    }

    [Fact]
    public void Clipping_scales_all_gradients_together_and_tells_the_norm_before()
    {
        using var network = LoraNetwork.Create(_model, new LoraOptions { NetworkDim = 2 }, 1);
        using var parameters = new FlatParameters(ParameterGroup.FromNetwork(network, [LoraGroup.UNet]));
        using var optimizer = new AdamW(parameters, new AdamWOptions());
        parameters.Gradients.fill_(0.5);
        var norm = 0.5 * Math.Sqrt(parameters.Gradients.numel());
        Assert.Equal(norm, GradientNorm.Clip(parameters, 0), 1e-3);
        Assert.Equal(norm, GradientNorm.Clip(parameters, 1), 1e-3);
        Assert.Equal(1, GradientNorm.Clip(parameters, 1), 1e-5);
    }

    /// <summary>A sum of so many equal squares in float32, one after the other, would come to a standstill.</summary>
    [Fact]
    public void The_norm_of_millions_of_gradients_keeps_its_digits()
    {
        using var network = LoraNetwork.Create(_model, new LoraOptions { NetworkDim = 2000, NetworkTrainUnetOnly = true }, 1);
        using var parameters = new FlatParameters(ParameterGroup.FromNetwork(network, [LoraGroup.UNet]));
        using var optimizer = new AdamW(parameters, new AdamWOptions());
        using (no_grad())
            parameters.Gradients.fill_(0.3);
        Assert.InRange(parameters.Gradients.numel(), 5_000_000, long.MaxValue);
        Assert.Equal(1, GradientNorm.Clip(parameters, 0) / (0.3 * Math.Sqrt(parameters.Gradients.numel())), 2e-6);
    }

    [Fact]
    public void Flat_parameters_keep_the_values_and_are_what_the_branches_compute_with()
    {
        using var scope = NewDisposeScope();
        using var network = LoraNetwork.Create(_model, new LoraOptions { NetworkDim = 2 }, 1);
        var before = network.Adapters.ToDictionary(m => m.Name, m => m.Down.detach().clone(), StringComparer.Ordinal);
        using var parameters = new FlatParameters(ParameterGroup.FromNetwork(network, [LoraGroup.TextEncoder, LoraGroup.UNet]));
        Assert.All(network.Adapters, m => Assert.True(m.Down.equal(before[m.Name]).all().item<bool>()));
        Assert.Equal(network.Adapters.Where(m => m.Target.IsReached).SelectMany(m => m.Parameters).Sum(p => p.Value.numel()), parameters.Values.numel());
        using (no_grad())
            parameters.Values.fill_(3);
        Assert.All(network.Adapters.Where(m => m.Target.Group == LoraGroup.UNet), m => Assert.True(m.Up.eq(3).all().item<bool>()));
    }
}
