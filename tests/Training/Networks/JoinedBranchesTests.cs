using Slipway.Diffusion.Model;
using Slipway.Training.Data;
using Slipway.Training.Losses;
using Slipway.Training.Networks;
using Slipway.Training.Optimizers;
using Slipway.Training.Options;

namespace Slipway.Training.Tests.Networks;

/// <summary>
/// Branches of one input whose downs are one product: as a card computes them. They give what branches by themselves give, but for the order in which the gradients
/// of the input are added up.
/// </summary>
public sealed class JoinedBranchesTests : IDisposable
{
    private static readonly LoraOptions Options = new() { NetworkDim = 4, NetworkAlpha = 2, ConvDim = 4, ConvAlpha = 4 };

    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    /// <summary>
    /// A few last bits in float32 (2⁻²³) and in bf16 (2⁻⁸), which every layer on the way rounds anew: those by themselves once, where the processor computes
    /// them in float32. In the prediction that is at most four of bf16, and five with weights in eight bits.
    /// </summary>
    [Theory]
    [InlineData(ScalarType.Float32, false, false, 1e-6, 1e-5)]
    [InlineData(ScalarType.Float32, true, false, 1e-6, 1e-5)]
    [InlineData(ScalarType.BFloat16, false, false, 1.5e-2, 3e-2)]
    [InlineData(ScalarType.BFloat16, true, true, 2e-2, 3e-2)]
    public void Give_what_branches_by_themselves_give(ScalarType precision, bool checkpointing, bool inEightBits, double ofPrediction, double ofGradient)
    {
        using var model = TinyModel.Create(precision: precision);
        using var frozen = new FrozenWeights(model, inEightBits);
        var alone = Pass(model, Options, joined: false, checkpointing);
        var joined = Pass(model, Options, joined: true, checkpointing);
        Assert.InRange(Golden.RelativeError(joined.Prediction, alone.Prediction), 0, ofPrediction);
        Assert.InRange(Golden.RelativeError(joined.Gradient, alone.Gradient), 0, ofGradient);
        Assert.True(joined.Gradient.ne(0).sum().item<long>() == alone.Gradient.ne(0).sum().item<long>());
    }

    public static TheoryData<string> Others() => ["dora", "dropout", "loha", "strength 0"];

    /// <summary>What cannot share a product is computed as ever.</summary>
    [Theory]
    [MemberData(nameof(Others))]
    public void Others_go_by_themselves(string kind)
    {
        var options = Options with
        {
            ConvDim = null,
            Adapter = new() { DoraWd = kind == "dora", NetworkAlgo = kind == "loha" ? "loha" : "lora" },
            Dropout = new() { NetworkDropout = kind == "dropout" ? 0.5 : 0 },
        };
        using var model = TinyModel.Create();
        var strength = kind == "strength 0" ? 0 : 1;
        var (alone, joined) = (Pass(model, options, joined: false, checkpointing: false, strength), Pass(model, options, joined: true, checkpointing: false, strength));
        Assert.Equal(0, Golden.MaxError(joined.Prediction, alone.Prediction));
        Assert.Equal(0, Golden.MaxError(joined.Gradient, alone.Gradient));
    }

    /// <summary>What is added up in one product and in three is so in other last bits: on the CPU, whose bytes are held, nobody joins branches.</summary>
    [Fact]
    public void Have_last_bits_of_their_own()
    {
        using var model = TinyModel.Create();
        Assert.NotEqual(0, Golden.MaxError(Pass(model, Options, joined: true, checkpointing: false).Gradient, Pass(model, Options, joined: false, checkpointing: false).Gradient));
    }

    private static (Tensor Prediction, Tensor Gradient) Pass(SdxlModel model, LoraOptions options, bool joined, bool checkpointing, double strength = 1)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        using var network = LoraNetwork.Create(model, options, 1);
        using var parameters = new FlatParameters(ParameterGroup.FromNetwork(network, [LoraGroup.TextEncoder, LoraGroup.UNet]));
        using (no_grad())
        {
            foreach (var parameter in network.Adapters.SelectMany(adapter => adapter.Parameters).Where(parameter => parameter.IsUp))
                parameter.Value.copy_(randn(parameter.Value.shape, generator: generator) * 0.1);
        }

        using var lowered = model.Precision == ScalarType.Float32 ? null : new LoweredParameters(parameters, model.Precision);
        network.UseDropout(options.Dropout, 1);
        if (joined)
            network.JoinBranches();
        network.Multiplier = strength;
        model.UNet.GradientCheckpointing = checkpointing;
        try
        {
            network.Attach();
            network.BeginMicroBatch(0);
            lowered?.Begin();
            Tensor Draw() => randn([2, 4, 8, 8], generator: generator).to(model.Precision);
            var batch = new MicroBatch(Draw(), Draw(), tensor(new[] { 500L, 100L }), tensor(new float[] { 64, 64, 0, 0, 64, 64 }).view(1, 6).expand(2, 6));
            var conditioning = new PromptEncoder(model).Encode(["boat", "sail_kun, beach"]);
            var loss = new DenoisingLoss(model, new LossFunction(model.Schedule, new LossOptions()), new SnrWeighting(model.Schedule, new SnrWeightingOptions()));
            Tensor prediction;
            using (no_grad())
                prediction = model.UNet.call(batch.Latents, batch.Timesteps, conditioning.Context, conditioning.Pooled, batch.TimeIds);
            var value = loss.Compute(batch, conditioning);
            if (value.requires_grad)
                model.UNet.Backward(value);
            lowered?.End();
            network.EndMicroBatch();
            return (prediction.MoveToOuterDisposeScope(), parameters.Gradients.clone().MoveToOuterDisposeScope());
        }
        finally
        {
            model.UNet.GradientCheckpointing = false;
        }
    }
}
