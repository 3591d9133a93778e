using Slipway.Diffusion.Model;
using Slipway.Diffusion.Noise;
using Slipway.Diffusion.Text;
using Slipway.Diffusion.UNets;
using Slipway.Diffusion.Vae;
using Slipway.Training.Memory;
using Slipway.Training.Networks;
using Slipway.Training.Options;

namespace Slipway.Training.Tests.Memory;

/// <summary>
/// Estimates against peaks (VmHWM) that were measured of whole trainings in processes of their own, on the CPU, of random
/// models. Compared is what is needed beside the weights, which are known exactly: a quarter of difference is allowed.
/// </summary>
public sealed class MemoryEstimateTests(MemoryEstimateTests.Sdxl sdxl) : IClassFixture<MemoryEstimateTests.Sdxl>
{
    private const double GiB = 1 << 30;
    private const double Allowed = 0.25;

    private static readonly TrainingOptions EverythingOn = new()
    {
        Network = new() { NetworkDim = 16, NetworkTrainUnetOnly = true },
        GradientCheckpointing = Checkpointing.True,
        Fp8Base = true,
        BlocksToSwap = 70,
        Optimizer = new() { OptimizerType = OptimizerNames.AdamW8bit },
    };

    private readonly SdxlModel _sdxl = sdxl.Model;

    /// <summary>SDXL's blocks at their own widths, one a level instead of two and ten: 0.8 billion weights.</summary>
    [Theory]
    [InlineData(ScalarType.BFloat16, 256, 1, false, 2.10)]
    [InlineData(ScalarType.BFloat16, 512, 1, false, 2.40)]
    [InlineData(ScalarType.Float32, 256, 2, false, 3.85)]
    [InlineData(ScalarType.Float32, 256, 2, true, 4.10)]
    public void Is_near_what_was_measured(ScalarType precision, int side, int batch, bool trainsText, double peak)
    {
        using var model = Model(
            new UNetConfiguration { TransformerLayersPerBlock = [1, 1, 1], LayersPerBlock = 1 },
            new ClipTextConfiguration { NumHiddenLayers = 6 },
            ClipTextConfiguration.BigG with { NumHiddenLayers = 4 },
            precision);
        var options = new TrainingOptions { Network = new() { NetworkDim = 16, NetworkTrainUnetOnly = !trainsText }, TrainBatchSize = batch };
        AssertNear(peak, MemoryEstimate.ForTraining(model, options, side, side));
    }

    /// <summary>The full-size bench's training step.</summary>
    [Fact]
    public void Of_SDXL_in_bf16_at_its_own_size()
    {
        var options = new TrainingOptions { Network = new() { NetworkDim = 16, NetworkTrainUnetOnly = true }, GradientCheckpointing = Checkpointing.True };
        var estimate = MemoryEstimate.ForTraining(_sdxl, options, 1024, 1024);
        Assert.Equal(42_557_440L * (4 + 4 + 2 + 2), estimate.Adapter);
        Assert.Equal((42_557_440L * 4 * 2, 42_557_440L * 4), (estimate.Optimizer, estimate.OptimizerWork));
        AssertNear(9.95, estimate);
        Assert.True(MemoryEstimate.ForTraining(_sdxl, options with { GradientCheckpointing = Checkpointing.False }, 1024, 1024).InTraining > estimate.InTraining + (5 * GiB));
    }

    /// <summary>
    /// SDXL at 1024², batch 1, rank 16, UNet alone: ten gibibytes are enough by default. Text encoders and autoencoder are away in the steps, and
    /// the UNet while samples are decoded, which need no more than the steps.
    /// </summary>
    [Fact]
    public void Of_SDXL_by_default_is_below_ten_gibibytes()
    {
        var options = new TrainingOptions { Network = new() { NetworkDim = 16, NetworkTrainUnetOnly = true }, GradientCheckpointing = Checkpointing.True };
        var estimate = MemoryEstimate.ForTraining(_sdxl, options, 1024, 1024);
        Assert.InRange(estimate.Peak / GiB, 9, 10);
        Assert.InRange(estimate.InTraining / GiB, 6.5, 7.2);
        Assert.InRange(estimate.InDrawing / GiB, 5.5, 6);
        var varied = MemoryEstimate.ForTraining(_sdxl, options with { Caption = new() { ShuffleCaption = true } }, 1024, 1024);
        Assert.Equal(estimate.TextEncoders, varied.InTraining - estimate.InTraining);
        var uncached = MemoryEstimate.ForTraining(_sdxl, options with { Data = new() { CacheLatents = false } }, 1024, 1024);
        Assert.True(uncached.InTraining >= estimate.InTraining + estimate.Autoencoder);
    }

    /// <summary>Of what is free on the CPU half is left to a training that begins at the same moment; what nobody knows is not relied on.</summary>
    [Fact]
    public void Says_whether_all_that_a_step_computes_can_be_kept()
    {
        var options = new TrainingOptions { Network = new() { NetworkDim = 16, NetworkTrainUnetOnly = true } };
        var estimate = MemoryEstimate.ForTraining(_sdxl, options, 1024, 1024);
        Assert.InRange(estimate.BesideWeights / GiB, 7, 11);
        Assert.True(estimate.FitsBesideModel(estimate.BesideWeights, isShared: false));
        Assert.False(estimate.FitsBesideModel(estimate.BesideWeights, isShared: true));
        Assert.True(estimate.FitsBesideModel(2 * estimate.BesideWeights, isShared: true));
        Assert.False(estimate.FitsBesideModel(null, isShared: false));
        Assert.Equal(MemoryEstimate.ForTraining(_sdxl, options with { GradientCheckpointing = Checkpointing.True }, 1024, 1024), MemoryEstimate.ForTraining(_sdxl, options with { GradientCheckpointing = Checkpointing.Auto }, 1024, 1024));
    }

    /// <summary>
    /// Counted by hand from the layers' sides: of a block of the second level, of one of the third, of the largest layer, a convolution from 2560 channels to 1280, and of the
    /// text's keys and values, which a card keeps where weights are not in eight bits.
    /// </summary>
    [Fact]
    public void Eight_bits_and_blocks_that_wait_are_taken_off_the_steps()
    {
        const long Second = (6 * 640 * 640) + (2 * 640 * 2048) + (12 * 640 * 640);
        const long Third = (6 * 1280 * 1280) + (2 * 1280 * 2048) + (12 * 1280 * 1280);
        const long Brought = 2 * 9 * 1280 * 2560;
        const long OfText = 2 * 2 * 77 * ((60 * 1280) + (10 * 640));
        var options = new TrainingOptions { Network = new() { NetworkDim = 16, NetworkTrainUnetOnly = true }, GradientCheckpointing = Checkpointing.True };
        MemoryEstimate Of(TrainingOptions changed, bool isCard = true) => MemoryEstimate.ForTraining(_sdxl, changed, 1024, 1024, isCard);
        var (plain, eight) = (Of(options), Of(options with { Fp8Base = true }));
        Assert.InRange(eight.Spared / GiB, 2.38, 2.40);
        Assert.Equal(plain.InEncoding - eight.Spared, eight.InEncoding);
        Assert.Equal(plain.InTraining - OfText - eight.Spared + Brought, eight.InTraining);
        Assert.Equal(plain.InDrawing, eight.InDrawing);

        Assert.Equal(Of(options, isCard: false), Of(options with { BlocksToSwap = 70 }, isCard: false));
        Assert.Equal(plain.InTraining - (2 * 60 * Third) + Brought, Of(options with { BlocksToSwap = 60 }).InTraining);
        Assert.Equal(Of(options with { BlocksToSwap = 70 }), Of(options with { BlocksToSwap = 1000 }) with { Spared = 0 });
        Assert.Equal(eight.InTraining - (60 * Third) - (10 * Second), Of(options with { Fp8Base = true, BlocksToSwap = 70 }).InTraining);
    }

    /// <summary>Everything on: the most is needed while the training's picture is encoded. Text encoders with a LoRA in them leave too.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Of_SDXL_with_everything_on_is_below_seven_and_a_half_gibibytes(bool isCard)
    {
        var estimate = MemoryEstimate.ForTraining(_sdxl, EverythingOn, 1024, 1024, isCard);
        Assert.InRange(estimate.Peak / GiB, 6.5, 7.5);
        Assert.InRange(estimate.InLoading / GiB, 6.5, 7.5);
        Assert.InRange(estimate.InEncoding / GiB, 6.5, 7.5);
        Assert.InRange(estimate.InTraining / GiB, 1.5, isCard ? 3 : 5);
        Assert.InRange(estimate.InDrawing / GiB, 5, 6);
        var ofText = MemoryEstimate.ForTraining(_sdxl, EverythingOn with { Network = new() { NetworkDim = 16 } }, 1024, 1024, isCard);
        Assert.Equal(estimate.InDrawing + (4 * (ofText.Parameters - estimate.Parameters)), ofText.InDrawing);
    }

    /// <summary>Measured without gradient checkpointing: 1.85 times of what bf16 alone keeps.</summary>
    [Fact]
    public void Products_that_are_computed_in_f32_keep_twice_as_much()
    {
        var options = EverythingOn with { GradientCheckpointing = Checkpointing.False };
        MemoryEstimate Of(bool isCard, bool isRaised) => MemoryEstimate.ForTraining(_sdxl, options, 1024, 1024, isCard, isRaised: isRaised);
        var (plain, raised) = (Of(isCard: false, isRaised: false), Of(isCard: false, isRaised: true));
        Assert.InRange(raised.Activations / (double)plain.Activations, 1.9, 2);
        Assert.Equal(Of(isCard: true, isRaised: false), Of(isCard: true, isRaised: true));
    }

    /// <summary>Where the UNet is away while pictures are decoded, it is denoising that counts.</summary>
    [Fact]
    public void Decoding_in_bf16_takes_half()
    {
        var (whole, rounded) = (MemoryEstimate.ForTraining(_sdxl, EverythingOn, 1024, 1024), MemoryEstimate.ForTraining(_sdxl, EverythingOn, 1024, 1024, decodesInBFloat16: true));
        Assert.Equal(_sdxl.Vae.DecodeBytes(128, 128, ScalarType.BFloat16), rounded.Decoding);
        Assert.Equal(whole, rounded with { Decoding = whole.Decoding });
        Assert.InRange(rounded.Decoding / (double)whole.Decoding, 0.5, 0.55);
    }

    /// <summary>Whatever spares the steps.</summary>
    [Theory]
    [InlineData(512, true)]
    [InlineData(1024, true)]
    [InlineData(1280, true)]
    [InlineData(512, false)]
    [InlineData(1024, false)]
    [InlineData(1280, false)]
    public void Samples_never_need_more_than_the_training(int side, bool isCard)
    {
        var by = new[] { EverythingOn, EverythingOn with { Fp8Base = false }, EverythingOn with { Fp8Base = false, BlocksToSwap = 0 }, EverythingOn with { GradientCheckpointing = Checkpointing.False } };
        Assert.All(by, options =>
        {
            var estimate = MemoryEstimate.ForTraining(_sdxl, options, side, side, isCard);
            Assert.InRange(estimate.InDrawing, 0, Math.Max(estimate.InLoading, Math.Max(estimate.InEncoding, estimate.InTraining)));
        });
    }

    public static TheoryData<string> Networks() => ["lora", "locon", "dora", "loha", "lokr"];

    [Theory]
    [MemberData(nameof(Networks))]
    public void Counts_the_values_of_every_kind_of_network(string kind)
    {
        var adapter = new AdapterOptions
        {
            NetworkAlgo = kind is "loha" or "lokr" ? kind : "lora",
            DoraWd = kind == "dora",
        };
        var options = new TrainingOptions { Network = new() { NetworkDim = 3, ConvDim = kind == "locon" ? 2 : null, Adapter = adapter } };
        using var model = TinyModel.Create();
        using var network = LoraNetwork.Create(model, options.Network, 1);
        var estimated = MemoryEstimate.ForTraining(model, options, 16, 16).Adapter / 8;
        Assert.InRange(estimated / (double)network.ParameterCount, kind == "lokr" ? 0.9 : 1, kind == "lokr" ? 1.1 : 1);
    }

    [Fact]
    public void Says_what_helps_where_memory_is_short()
    {
        var options = new TrainingOptions { TrainBatchSize = 4 };
        var estimate = MemoryEstimate.ForTraining(_sdxl, options, 1024, 1024);
        Assert.Null(estimate.Problem(options, null));
        Assert.Null(estimate.Problem(options, estimate.Peak));
        var problem = estimate.Problem(options, 16L << 30);
        Assert.Matches(@"^it needs about \d+\.\d GiB \(weights 6\.6 GiB: UNet 4\.8 GiB, .*\), and 16\.0 GiB are free: use `gradient_checkpointing: true`, or lower `train_batch_size` \(it is 4; .*\), or lower `resolution`", problem);
        Assert.Contains("the model alone does not fit", estimate.Problem(options, 4L << 30), StringComparison.Ordinal);
    }

    private static void AssertNear(double peak, MemoryEstimate estimate)
        => Assert.InRange(estimate.BesideWeights / ((peak * GiB) - estimate.Weights), 1 - Allowed, 1 + Allowed);

    /// <summary>Without memory for weights.</summary>
    private static SdxlModel Model(UNetConfiguration unet, ClipTextConfiguration first, ClipTextConfiguration second, ScalarType precision)
    {
        var model = new SdxlModel
        {
            Tokenizer1 = null!,
            Tokenizer2 = null!,
            TextEncoder1 = new ClipTextEncoder(first),
            TextEncoder2 = new ClipTextEncoder(second),
            UNet = new UNet(unet),
            Vae = new AutoencoderKL(new VaeConfiguration()),
            Schedule = new NoiseSchedule(new NoiseConfiguration()),
            Device = CPU,
            Precision = precision,
        };
        foreach (var part in new nn.Module[] { model.TextEncoder1, model.TextEncoder2, model.UNet })
            part.to(precision);
        return model;
    }

    /// <summary>The full-size model in bf16, one for all tests: none of them changes it.</summary>
    public sealed class Sdxl : IDisposable
    {
        internal SdxlModel Model { get; } = MemoryEstimateTests.Model(new UNetConfiguration(), new ClipTextConfiguration(), ClipTextConfiguration.BigG, ScalarType.BFloat16);

        public void Dispose() => Model.Dispose();
    }
}
