using Slipway.Diffusion.Model;
using Slipway.Training.Data;
using Slipway.Training.Losses;
using Slipway.Training.Networks;
using Slipway.Training.Options;
using Slipway.Training.Randomness;
using Slipway.Training.Tests.Networks;

namespace Slipway.Training.Tests.Losses;

/// <summary>The loss of a model with a LoRA on it, on one batch of two samples with masks.</summary>
public sealed class MaskedLossTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly SdxlModel _model = TinyModel.Create();
    private readonly LoraNetwork _network;
    private readonly TextConditioning _text;
    private readonly string[] _captions = ["sail_kun, beach", "sail_kun"];
    private readonly MicroBatch _batch;

    public MaskedLossTests()
    {
        _network = LoraNetwork.Create(_model, new LoraOptions { NetworkDim = 4, NetworkAlpha = 4 }, 1);
        _network.Attach();
        _text = new TextConditioning(_model, [], new TrainingOptions { LearningRate = 1 });
        using var generator = new SeedStream(1, "masked loss").Generator();
        var mask = zeros(2, 1, 8, 8);
        mask[0, 0].narrow(0, 2, 3).narrow(1, 1, 2).fill_(1);
        mask[1, 0].narrow(0, 0, 4).fill_(0.25f);
        _batch = new MicroBatch(randn(2, 4, 8, 8, generator: generator), randn(2, 4, 8, 8, generator: generator), tensor(new long[] { 100, 700 }), full([2, 6], 16f)) { Mask = mask };
    }

    public void Dispose()
    {
        _text.Dispose();
        _network.Dispose();
        _model.Dispose();
        _scope.Dispose();
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.1, 0)]
    [InlineData(0, 0.7)]
    [InlineData(0.1, 0.7)]
    public void Is_the_mean_over_the_masks_and_the_prior_over_the_rest(double unmasked, double prior)
    {
        Perturb();
        var (errors, priorErrors) = (Errors(Predicted(), _batch.Noise), Errors(Predicted(), Unchanged()));
        var mask = Doubles(_batch.Mask!);
        var expected = 0.0;
        for (var sample = 0; sample < 2; sample++)
        {
            var (inside, insideArea, outside, outsideArea) = (0.0, 0.0, 0.0, 0.0);
            for (var place = 0; place < 64; place++)
            {
                var weight = Math.Max(mask[(sample * 64) + place], unmasked);
                var rest = 1 - mask[(sample * 64) + place];
                insideArea += weight;
                outsideArea += rest;
                for (var channel = 0; channel < 4; channel++)
                {
                    inside += weight * errors[(((sample * 4) + channel) * 64) + place];
                    outside += rest * priorErrors[(((sample * 4) + channel) * 64) + place];
                }
            }
            expected += ((inside / insideArea) + (prior * outside / outsideArea)) / 4 / 2;
        }
        Assert.Equal(expected, Loss(new() { MaskedLoss = true, UnmaskedWeight = unmasked, MaskedPriorPreservationWeight = prior }).item<float>(), 1e-5 * expected);
    }

    /// <summary>A LoRA that changes nothing predicts its own prior: there is nothing to hold back, and no gradient.</summary>
    [Fact]
    public void Outside_the_mask_a_LoRA_at_zero_has_no_gradient_from_the_prior()
    {
        using var without = Gradient(new() { MaskedLoss = true });
        using var with = Gradient(new() { MaskedLoss = true, MaskedPriorPreservationWeight = 5 });
        Assert.True(without.norm().item<float>() > 0);
        Assert.True(without.allclose(with, 0, 0));

        Perturb();
        using var changedWithout = Gradient(new() { MaskedLoss = true });
        using var changed = Gradient(new() { MaskedLoss = true, MaskedPriorPreservationWeight = 5 });
        Assert.False(changedWithout.allclose(changed));
    }

    [Fact]
    public void Without_masks_nothing_changes()
    {
        var plain = Loss(new(), _batch with { Mask = null });
        Assert.Equal(Errors(Predicted(), _batch.Noise).Average(), plain.item<float>(), 1e-5);
        Assert.Equal(plain.item<float>(), Loss(new() { MaskedLoss = true, UnmaskedWeight = 1 }).item<float>(), 1e-6);
    }

    [Fact]
    public void Each_sample_counts_by_its_weight()
    {
        var (first, second) = (Loss(new() { MaskedLoss = true }, _batch with { Weights = tensor(new[] { 1f, 0f }) }), Loss(new() { MaskedLoss = true }, _batch with { Weights = tensor(new[] { 0f, 1f }) }));
        var both = Loss(new() { MaskedLoss = true }, _batch with { Weights = tensor(new[] { 1f, 0.5f }) });
        Assert.Equal(first.item<float>() + (0.5 * second.item<float>()), both.item<float>(), 1e-6);
    }

    private Tensor Loss(MaskOptions masks, MicroBatch? batch = null)
    {
        var loss = new DenoisingLoss(_model, new LossFunction(_model.Schedule, new LossOptions()), new SnrWeighting(_model.Schedule, new SnrWeightingOptions()), masks);
        var prior = new PriorPrediction(_model, _network, _text);
        return loss.Compute(batch ?? _batch, _text.For(_captions), masks.NeedsPrior ? noisy => prior.Predict(noisy, _batch, _captions) : null);
    }

    private Tensor Gradient(MaskOptions masks)
    {
        foreach (var module in _network.Adapters)
            module.Up.grad?.zero_();
        Loss(masks).backward();
        return cat([.. _network.Adapters.Where(module => module.Target.IsReached).Select(module => module.Up.grad!.flatten())]).clone();
    }

    private void Perturb()
    {
        using var inference = no_grad();
        using var generator = new SeedStream(2, "up").Generator();
        foreach (var module in _network.Adapters)
            module.Up.copy_(randn(module.Up.shape, generator: generator) * 0.3);
    }

    private Tensor Predicted()
    {
        using var inference = no_grad();
        var text = _text.For(_captions);
        return _model.UNet.call(_model.Schedule.AddNoise(_batch.Latents, _batch.Noise, _batch.Timesteps), _batch.Timesteps, text.Context, text.Pooled, _batch.TimeIds);
    }

    // Of the model itself, encoders included.
    private Tensor Unchanged()
    {
        _network.Detach();
        var predicted = Predicted();
        _network.Attach();
        return predicted;
    }

    private static double[] Errors(Tensor predicted, Tensor target) => Doubles((predicted - target).square());

    private static double[] Doubles(Tensor values) => [.. values.to(ScalarType.Float64).contiguous().data<double>()];
}
