using Slipway.Diffusion.Checkpoints;
using Slipway.Diffusion.Model;
using Slipway.Diffusion.Modules;
using Slipway.Testing;
using Slipway.Training.Data;
using Slipway.Training.Losses;
using Slipway.Training.Networks;
using Slipway.Training.Optimizers;
using Slipway.Training.Options;

namespace Slipway.Training.Tests.Networks;

/// <summary>A UNet whose frozen weights are in eight bits, or elsewhere: what it predicts, and the gradients of a LoRA beside it.</summary>
public sealed class FrozenWeightsTests : IDisposable
{
    private const ScalarType EightBits = (ScalarType)24;

    private static readonly LoraOptions Options = new() { NetworkDim = 4, NetworkAlpha = 4, ConvDim = 4, ConvAlpha = 4 };

    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    /// <summary>
    /// Against a model with ordinary weights of the same values. Its convolutions' gradients are sums in another order; all else has the same bits, so that
    /// without convolutions in between nothing would differ.
    /// </summary>
    [Theory]
    [InlineData(ScalarType.Float32, false)]
    [InlineData(ScalarType.Float32, true)]
    [InlineData(ScalarType.BFloat16, true)]
    public void Eight_bits_give_what_ordinary_weights_of_the_same_values_give(ScalarType precision, bool checkpointing)
    {
        using var ordinary = TinyModel.Create(precision: precision);
        foreach (var weight in Weights(ordinary).Values)
            weight.copy_(weight.to(EightBits).to(precision));
        using var model = TinyModel.Create(precision: precision);
        using var frozen = new FrozenWeights(model, inEightBits: true);
        Assert.Equal(Weights(model).Select(weight => (EightBits, weight.Value.numel())).Order(), frozen.Resting.Select(weight => (weight.dtype, weight.numel())).Order());
        Assert.All(Weights(model).Values, weight => Assert.True(weight.dtype == precision && weight.isnan().all().item<bool>()));

        var (expected, actual) = (Pass(ordinary, checkpointing), Pass(model, checkpointing));
        Assert.Equal(0, Golden.MaxError(actual.Prediction, expected.Prediction));
        Assert.InRange(Golden.RelativeError(actual.Gradient, expected.Gradient), 0, precision == ScalarType.Float32 ? 1e-5 : 3e-2);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Blocks_that_wait_elsewhere_change_no_bit_and_come_twice_a_step(bool inEightBits)
    {
        using var model = TinyModel.Create(precision: ScalarType.BFloat16);
        var brought = 0;
        (Tensor, Tensor) With(int blocks)
        {
            using var frozen = new FrozenWeights(model, inEightBits) { Place = new CountingPlace(() => brought++) };
            frozen.SendAway(blocks);
            brought = 0;
            return Pass(model, checkpointing: false);
        }

        var (prediction, gradient) = With(0);
        var without = brought;
        var (samePrediction, sameGradient) = With(2);
        Assert.Equal((0, 0), (Golden.MaxError(samePrediction, prediction), Golden.MaxError(sameGradient, gradient)));
        // Ten linear layers a block, in a prediction, forwards and backwards.
        Assert.Equal(inEightBits ? 0 : 2 * 10 * 3, brought - without);
        Assert.Equal((4, 3), (FrozenWeights.Waiting(model.UNet, 5).Count, FrozenWeights.Waiting(model.UNet, 3).Count));
    }

    [Fact]
    public void On_the_CPU_nothing_waits()
    {
        using var model = TinyModel.Create();
        var before = Weights(model);
        using var frozen = new FrozenWeights(model, inEightBits: false);
        frozen.SendAway(3);
        Assert.All(Weights(model), entry => Assert.Equal(before[entry.Key].Handle, entry.Value.Handle));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public void Weights_come_back_to_the_bit(bool isStored, bool withLora)
    {
        using var folder = new TemporaryFolder();
        TinyModel.WriteWide(folder.Path);
        using var model = isStored ? SdxlCheckpoint.Load(folder.Path, CPU, ScalarType.BFloat16) : TinyModel.Create(precision: ScalarType.BFloat16);
        using var network = LoraNetwork.Create(model, Options, 1);
        foreach (var parameter in network.Adapters.SelectMany(module => module.Parameters))
            Fill(parameter.Value, 0.05);
        using var merge = withLora ? network.Merge() : null;
        var before = Weights(model).ToDictionary(entry => entry.Key, entry => entry.Value.clone());
        using (var frozen = new FrozenWeights(model, inEightBits: true) { Place = new CountingPlace(() => { }) })
        {
            frozen.SendAway(2);
            using (frozen.Whole())
                AssertEqual(before, model);
            Assert.All(Weights(model).Values, weight => Assert.True(weight.isnan().all().item<bool>()));
        }

        AssertEqual(before, model);
        Assert.All(Weights(model).Values, weight => Assert.False(weight.requires_grad));
    }

    /// <summary>On a card usually memory: the process must live on.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_fails_while_a_weight_is_brought_backwards_is_thrown_and_the_next_pass_works(bool checkpointing)
    {
        using var model = TinyModel.Create();
        var (isBackwards, fails) = (false, true);
        using var frozen = new FrozenWeights(model, inEightBits: true) { Brought = () => _ = isBackwards && fails ? throw new InvalidOperationException("out of memory") : 0 };
        Assert.Equal("out of memory", Assert.Throws<InvalidOperationException>(() => Pass(model, checkpointing, () => isBackwards = true)).Message);
        fails = false;
        Assert.True(Pass(model, checkpointing).Gradient.abs().max().item<float>() > 0);
    }

    /// <summary>
    /// The embedded model, whose weights were learned: relative error of what it predicts, of the loss, and the direction of the gradient, against bf16. Seen are
    /// the README's figures.
    /// </summary>
    [Fact]
    public void Eight_bits_cost_little_accuracy()
    {
        using var model = SdxlCheckpoint.Load(Path.Combine(Repository.Root, "datasets", "tiny-sdxl"), CPU, ScalarType.BFloat16);
        var whole = Pass(model, checkpointing: false, size: 8);
        using var frozen = new FrozenWeights(model, inEightBits: true);
        var eight = Pass(model, checkpointing: false, size: 8);
        var error = ((eight.Prediction.to(ScalarType.Float32) - whole.Prediction.to(ScalarType.Float32)).norm() / whole.Prediction.to(ScalarType.Float32).norm()).item<float>();
        var loss = Math.Abs(eight.Loss - whole.Loss) / whole.Loss;
        var cosine = Cosine(eight.Gradient, whole.Gradient);
        TestContext.Current.TestOutputHelper?.WriteLine($"prediction {error}, loss {loss}, cosine {cosine}");
        Assert.InRange(error, 1e-4, 0.2);
        Assert.InRange(loss, 0, 0.1);
        Assert.InRange(cosine, 0.9, 1);
    }

    private static (Tensor Prediction, Tensor Gradient) Pass(SdxlModel model, bool checkpointing, Action? afterForward = null)
    {
        var (prediction, gradient, _) = Pass(model, checkpointing, 8, afterForward);
        return (prediction, gradient);
    }

    private static (Tensor Prediction, Tensor Gradient, double Loss) Pass(SdxlModel model, bool checkpointing, int size, Action? afterForward = null)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        using var network = LoraNetwork.Create(model, Options, 1);
        using var parameters = new FlatParameters(ParameterGroup.FromNetwork(network, [LoraGroup.TextEncoder, LoraGroup.UNet]));
        foreach (var parameter in network.Adapters.SelectMany(adapter => adapter.Parameters).Where(parameter => parameter.IsUp))
            Fill(parameter.Value, 0.1, generator);
        model.UNet.GradientCheckpointing = checkpointing;
        try
        {
            network.Attach();
            Tensor Draw() => randn([2, 4, size, size], generator: generator).to(model.Precision);
            var batch = new MicroBatch(Draw(), Draw(), tensor(new[] { 500L, 100L }), tensor(new float[] { 64, 64, 0, 0, 64, 64 }).view(1, 6).expand(2, 6));
            var conditioning = new PromptEncoder(model).Encode(["boat", "sail_kun, beach"]);
            var loss = new DenoisingLoss(model, new LossFunction(model.Schedule, new LossOptions()), new SnrWeighting(model.Schedule, new SnrWeightingOptions()));
            Tensor prediction;
            using (no_grad())
                prediction = model.UNet.call(batch.Latents, batch.Timesteps, conditioning.Context, conditioning.Pooled, batch.TimeIds);
            var value = loss.Compute(batch, conditioning);
            afterForward?.Invoke();
            model.UNet.Backward(value);
            return (prediction.MoveToOuterDisposeScope(), parameters.Gradients.clone().MoveToOuterDisposeScope(), value.item<float>());
        }
        finally
        {
            model.UNet.GradientCheckpointing = false;
        }
    }

    private static SortedDictionary<string, Tensor> Weights(SdxlModel model)
    {
        var slots = new WeightSlots(model.UNet);
        var layers = model.UNet.named_modules().Where(entry => entry.module is WeightedLayer).Select(entry => entry.name + ".weight");
        return new(layers.ToDictionary(key => key, key => (Tensor)slots[key]), StringComparer.Ordinal);
    }

    private static void AssertEqual(IReadOnlyDictionary<string, Tensor> expected, SdxlModel model) =>
        Assert.All(Weights(model), entry => Assert.True(entry.Value.dtype == expected[entry.Key].dtype && entry.Value.equal(expected[entry.Key]).all().item<bool>(), entry.Key));

    private static void Fill(Tensor value, double scale, Generator? generator = null)
    {
        using var inference = no_grad();
        value.copy_(randn(value.shape, generator: generator ?? new Generator(1)) * scale);
    }

    private static double Cosine(Tensor a, Tensor b)
    {
        var (x, y) = (a.to(ScalarType.Float64), b.to(ScalarType.Float64));
        return (x.dot(y) / (x.norm() * y.norm())).item<double>();
    }
}
