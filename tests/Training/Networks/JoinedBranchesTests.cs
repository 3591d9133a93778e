using Slipway.Diffusion.Model;
using Slipway.Diffusion.Modules;
using Slipway.Training.Data;
using Slipway.Training.Losses;
using Slipway.Training.Networks;
using Slipway.Training.Optimizers;
using Slipway.Training.Options;

namespace Slipway.Training.Tests.Networks;

/// <summary>
/// Branches as a card computes them: together with their layers, or, where a weight rests elsewhere, with one product for the downs of one input. They give what
/// branches by themselves give, but for the order in which sums are added up.
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
    [InlineData(ScalarType.Float32, true, true, 1e-6, 1e-5)]
    [InlineData(ScalarType.BFloat16, false, false, 1.5e-2, 3e-2)]
    [InlineData(ScalarType.BFloat16, true, true, 2e-2, 3e-2)]
    public void Give_what_branches_by_themselves_give(ScalarType precision, bool checkpointing, bool inEightBits, double ofPrediction, double ofGradient)
    {
        using var model = TinyModel.Create(precision: precision);
        using var frozen = new FrozenWeights(model, inEightBits);
        var alone = Pass(model, Options, joined: false, checkpointing);
        var joined = Pass(model, Options, joined: true, checkpointing);
        AssertClose(joined, alone, ofPrediction, ofGradient);
    }

    /// <summary>In bf16 as a card computes it, every product rounded: twice the last bits of it that one rounding leaves in f32. Of the gradient 3.6 % are seen, by ATen's own loops.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Give_the_same_in_bf16_without_help(bool checkpointing) => RaisedPrecision.Without(() =>
    {
        using var model = TinyModel.Create(precision: ScalarType.BFloat16);
        AssertClose(Pass(model, Options, joined: true, checkpointing), Pass(model, Options, joined: false, checkpointing), ofPrediction: 1.5e-2, ofGradient: 4.5e-2);
    });

    /// <summary>Nothing is computed twice, and nothing else is other: a training may go on in either way.</summary>
    [Fact]
    public void Have_the_same_bits_whether_inner_results_are_kept_or_not()
    {
        using var model = TinyModel.Create();
        var again = Pass(model, Options, joined: true, checkpointing: true);
        model.UNet.KeepsInnerResults = true;
        var kept = Pass(model, Options, joined: true, checkpointing: true);
        Assert.Equal(0, Golden.MaxError(kept.Gradient, again.Gradient));
    }

    /// <summary>One branch is computed with its layer; of two nobody knows the other, so that each is added by its hook.</summary>
    [Fact]
    public void Of_two_networks_go_by_themselves()
    {
        using var model = TinyModel.Create();
        using var other = LoraNetwork.Create(model, Options with { ConvDim = null }, 2);
        using var flat = new FlatParameters(ParameterGroup.FromNetwork(other, [LoraGroup.TextEncoder, LoraGroup.UNet]));
        using (no_grad())
            flat.Values.fill_(0.1);
        other.Attach();
        var alone = Pass(model, Options, joined: false, checkpointing: false);
        other.JoinBranches();
        AssertClose(Pass(model, Options, joined: true, checkpointing: false), alone, ofPrediction: 1e-6, ofGradient: 1e-5);
    }

    /// <summary>On a card libtorch walks the graph on a thread of its own, which no dispose scope surrounds: there lives what the last node returned, until the next pass.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Keep_nothing_of_a_backward_pass_on_a_thread_without_a_scope(bool checkpointing)
    {
        using var model = TinyModel.Create();
        var kept = new List<long>();
        for (var pass = 0; pass < 4; pass++)
        {
            Pass(model, Options, joined: true, checkpointing, backward: loss =>
            {
                var thread = new Thread(() =>
                {
                    model.UNet.Backward(loss);
                    kept.Add(DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
                });
                thread.Start();
                thread.Join();
            });
        }

        Assert.All(kept.Skip(1), count => Assert.InRange(count, kept.Min(), kept[0]));
        Assert.InRange(kept.Max(), 0, 3);
    }

    private static void AssertClose((Tensor Prediction, Tensor Gradient) joined, (Tensor Prediction, Tensor Gradient) alone, double ofPrediction, double ofGradient)
    {
        Assert.InRange(Golden.RelativeError(joined.Prediction, alone.Prediction), 0, ofPrediction);
        Assert.InRange(Golden.RelativeError(joined.Gradient, alone.Gradient), 0, ofGradient);
        Assert.Equal(alone.Gradient.ne(0).sum().item<long>(), joined.Gradient.ne(0).sum().item<long>());
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

    private static (Tensor Prediction, Tensor Gradient) Pass(SdxlModel model, LoraOptions options, bool joined, bool checkpointing, double strength = 1, Action<Tensor>? backward = null)
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
                (backward ?? model.UNet.Backward)(value);
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
