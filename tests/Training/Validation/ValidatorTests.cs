using Slipway.Diffusion.Model;
using Slipway.Training.Data;
using Slipway.Training.Losses;
using Slipway.Training.Networks;
using Slipway.Training.Options;
using Slipway.Training.Tests.Networks;
using Slipway.Training.Validation;

namespace Slipway.Training.Tests.Validation;

public sealed class ValidatorTests : IDisposable
{
    private const int Side = 16;
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private readonly SdxlModel _model = TinyModel.Create();
    private readonly TrainingImage[] _images = [WithMask(TinyModel.Image("a", "sail_kun, beach")), WithMask(TinyModel.Image("b", "sail_kun, forest", shade: 40))];

    public void Dispose() => _model.Dispose();

    [Fact]
    public void Measures_the_same_every_time_whatever_is_drawn_meanwhile()
    {
        using var validation = new Validator(_model, _images, 3, new SnrWeightingOptions(), 1, Token);
        var first = validation.Measure(Token);
        random.manual_seed(99);
        randn(7).Dispose();
        Assert.Equal(first, validation.Measure(Token));
        using var another = new Validator(_model, _images, 3, new SnrWeightingOptions(), 1, Token);
        Assert.Equal(first, another.Measure(Token));
    }

    [Fact]
    public void Another_seed_is_other_noise()
    {
        using var first = new Validator(_model, _images, 3, new SnrWeightingOptions(), 1, Token);
        using var second = new Validator(_model, _images, 3, new SnrWeightingOptions(), 2, Token);
        Assert.NotEqual(first.Measure(Token).Total, second.Measure(Token).Total);
    }

    [Fact]
    public void Subject_and_background_make_up_the_whole()
    {
        using var validation = new Validator(_model, _images, 3, new SnrWeightingOptions(), 1, Token);
        var losses = validation.Measure(Token);
        Assert.Equal(losses.Total, (losses.Subject * 0.25) + (losses.Background * 0.75), 1e-12);
        Assert.NotEqual(losses.Subject, losses.Background);
    }

    /// <summary>A UNet whose last convolution answers 0 has the noise's own square as its error, whose mean is 1 within chance.</summary>
    [Fact]
    public void Is_the_squared_error_of_the_predicted_noise()
    {
        using (no_grad())
        {
            foreach (var (name, parameter) in _model.UNet.named_parameters())
            {
                if (name.StartsWith("conv_out", StringComparison.Ordinal))
                    parameter.zero_();
            }
        }
        using var validation = new Validator(_model, _images, 50, new SnrWeightingOptions(), 1, Token);
        var losses = validation.Measure(Token);
        // 2 pictures × 50 levels × 4 channels × 8 × 8 numbers of mean 1 and variance 2: σ = 0.009; a quarter of them on the subject: 0.018.
        Assert.InRange(losses.Total, 0.96, 1.04);
        Assert.InRange(losses.Subject, 0.92, 1.08);
        Assert.InRange(losses.Background, 0.96, 1.04);
    }

    /// <summary>With that one answer and one level a picture, the error is the noise's, by the weight of the level alone.</summary>
    [Fact]
    public void Is_weighted_by_timestep_as_a_training_is()
    {
        using var plain = new Validator(_model, _images[..1], 1, new SnrWeightingOptions(), 1, Token);
        using var weighted = new Validator(_model, _images[..1], 1, new SnrWeightingOptions { MinSnrGamma = 0.01 }, 1, Token);
        var ratio = weighted.Measure(Token).Total / plain.Measure(Token).Total;
        var weights = Enumerable.Range(0, 1000).Select(t => new SnrWeighting(_model.Schedule, new SnrWeightingOptions { MinSnrGamma = 0.01 })[t]).Distinct();
        Assert.InRange(ratio, 1e-6, 0.9);
        Assert.Contains(weights, weight => Math.Abs(weight - ratio) < 1e-6 * ratio);
    }

    [Fact]
    public void Without_masks_there_are_no_regions()
    {
        using var validation = new Validator(_model, [TinyModel.Image("a", "sail_kun")], 3, new SnrWeightingOptions(), 1, Token);
        var losses = validation.Measure(Token);
        Assert.True(double.IsFinite(losses.Total));
        Assert.True(double.IsNaN(losses.Subject) && double.IsNaN(losses.Background));
    }

    [Fact]
    public void Sees_what_is_attached_to_the_model_and_leaves_it_alone()
    {
        using var validation = new Validator(_model, _images, 3, new SnrWeightingOptions(), 1, Token);
        var before = validation.Measure(Token);
        using (var network = LoraNetwork.Create(_model, new LoraOptions { NetworkDim = 2 }, 1))
        {
            using (no_grad())
            {
                foreach (var module in network.Adapters)
                    module.Up.fill_(0.05);
            }
            network.Attach();
            Assert.NotEqual(before, validation.Measure(Token));
        }
        Assert.Equal(before, validation.Measure(Token));
    }

    [Fact]
    public void Needs_pictures() =>
        Assert.Contains("validation set", Assert.Throws<InvalidDataException>(() => new Validator(_model, [], 3, new SnrWeightingOptions(), 1, Token)).Message, StringComparison.Ordinal);

    // The subject is the upper left quarter.
    private static TrainingImage WithMask(TrainingImage image) => image with
    {
        Mask = [.. Enumerable.Range(0, Side * Side).Select(i => (byte)(i % Side < Side / 2 && i / Side < Side / 2 ? 255 : 0))],
    };
}
