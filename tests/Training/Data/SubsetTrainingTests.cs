using Slipway.Diffusion.Model;
using Slipway.Training.Data;
using Slipway.Training.Loop;
using Slipway.Training.Metrics;
using Slipway.Training.Options;

namespace Slipway.Training.Tests.Data;

/// <summary>What options of subsets do to a training.</summary>
[Trait("Tier", "slow")]
public sealed class SubsetTrainingTests : IDisposable
{
    private static readonly TrainingOptions Options = new()
    {
        Network = new() { NetworkDim = 2, NetworkAlpha = 2 },
        LearningRate = 1e-3,
        MaxTrainSteps = 6,
    };

    private readonly SdxlModel _model = TinyModel.Create();

    public void Dispose() => _model.Dispose();

    [Fact]
    public void Regularisation_pictures_count_by_their_weight()
    {
        TrainingImage[] images = [TinyModel.Image("boat", "sail_kun", 3), TinyModel.Image("ship", "ship", 3, shade: 90) with { Subset = new() { IsReg = true } }];
        var norms = Train(Options with { Loss = new() { PriorLossWeight = 0 } }, images).Select(m => m.GradNorm).ToList();
        Assert.Equal(3, norms.Count(norm => norm == 0));

        // The same weights at every step: a step's loss is its picture's.
        var still = Options with { LearningRate = 1e-30 };
        var ratios = Train(still, images).Zip(Train(still with { Loss = new() { PriorLossWeight = 0.5 } }, images), (one, half) => Math.Round(half.Loss / one.Loss, 5));
        Assert.Equal([0.5, 0.5, 0.5, 1, 1, 1], ratios.Order());
    }

    [Fact]
    public void Regularisation_pictures_alone_are_refused() =>
        Assert.Contains("there is no subject to learn", Refusal([TinyModel.Image("ship", "ship") with { Subset = new() { IsReg = true } }], Options), StringComparison.Ordinal);

    [Fact]
    public void Changed_pixels_and_cached_latents_exclude_each_other()
    {
        TrainingImage[] images = [TinyModel.Image("a", "a") with { Subset = new() { ColorAug = true } }, TinyModel.Image("b", "b") with { Subset = new() { RandomCrop = true } }];
        Assert.Equal(2, Refusal(images, Options).Split('\n').Count(line => line.Contains("set cache_latents to false", StringComparison.Ordinal)));
        Assert.Equal(6, Train(Options with { Data = new() { CacheLatents = false } }, images).Count);
    }

    [Fact]
    public void A_mask_that_marks_nothing_or_has_another_size_is_refused()
    {
        TrainingImage[] images = [TinyModel.Image("a", "a") with { Mask = new byte[256] }, TinyModel.Image("b", "b") with { Mask = new byte[3] }];
        Assert.Equal(["a: its mask marks nothing", "b: its mask needs 256 bytes, found 3"], Refusal(images, Options with { Mask = new() { MaskedLoss = true } }).Split('\n').Select(line => line.Split(',')[0] + (line.StartsWith('b') ? "," + line.Split(',')[1] : "")));
    }

    /// <summary>Everything that varies is a function of the seed and the step: an interrupted training needs nothing of it saved.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_training_with_everything_on_resumes_to_the_same_figures_and_leaves_no_tensor(bool cached)
    {
        var options = Options with { Data = new() { CacheLatents = cached }, Mask = new() { MaskedLoss = true, UnmaskedWeight = 0.1, MaskedPriorPreservationWeight = 1 } };
        byte[] mask = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        TrainingImage[] images =
        [
            TinyModel.Image("boat", "sail_kun, sea", 2) with { Mask = mask, Subset = new() { FlipAug = true, ColorAug = !cached, Caption = new() { ShuffleCaption = true } } },
            TinyModel.Image("ship", "ship", 2) with { Subset = new() { IsReg = true, FlipAug = true } },
        ];
        var live = new List<long>();
        var expected = Train(options, images, _ => live.Add(DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount));
        Assert.Single(live.Distinct());

        var folder = Directory.CreateTempSubdirectory("slipway-subsets-");
        try
        {
            using var source = new CancellationTokenSource();
            var interrupted = new TrainingSinks { CheckpointFolder = folder.FullName, Progress = p => { if (p.Metrics.Step == 3) source.Cancel(); } };
            Assert.Throws<OperationCanceledException>(() => Trainer.Run(_model, options, images, interrupted, source.Token));
            var resumed = new Figures();
            Trainer.Run(_model, options, images, new TrainingSinks { CheckpointFolder = folder.FullName, Metrics = [resumed] }, TestContext.Current.CancellationToken).Dispose();
            Assert.Equal(expected, resumed.All);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Each_subset_has_captions_of_its_own_kind()
    {
        TrainingImage[] images =
        [
            TinyModel.Image("a", "one, two") with { Subset = new() { Caption = new() { CaptionPrefix = "PRE" } } },
            TinyModel.Image("b", "one, two") with { Subset = new() { Caption = new() { CaptionDropoutRate = 1 } } },
            TinyModel.Image("c", "one, two"),
        ];
        using var latents = new LatentEncoder(_model, images, 1);
        var source = new MicroBatchSource(_model, Options with { Caption = new() { CaptionSuffix = "SUF" } }, images, latents);
        Assert.Equal(["PRE one, two", "", "one, two SUF"], source.Captions([0, 1, 2], 0, default));
    }

    [Theory]
    [InlineData(75, 77)]
    [InlineData(150, 152)]
    [InlineData(225, 227)]
    public void Longer_captions_have_longer_contexts(int tokens, int length)
    {
        using var scope = NewDisposeScope();
        TrainingImage[] images = [TinyModel.Image("a", string.Join(", ", Enumerable.Repeat("tag", 80)))];
        foreach (var rate in new[] { 0, 1e-3 })
        {
            using var text = new TextConditioning(_model, images, Options with { TextEncoderLr = rate, Data = new() { MaxTokenLength = tokens } });
            var context = text.For([images[0].Caption]).Context;
            Assert.Equal([1, length, 32], context.shape);
            Assert.True(context.allclose(new PromptEncoder(_model).Encode([images[0].Caption], tokens / 75).Context, 0, 1e-6));
        }
    }

    private string Refusal(TrainingImage[] images, TrainingOptions options) =>
        Assert.Throws<InvalidDataException>(() => Train(options, images)).Message;

    private List<StepMetrics> Train(TrainingOptions options, TrainingImage[] images, Action<TrainingProgress>? progress = null)
    {
        var figures = new Figures();
        Trainer.Run(_model, options, images, new TrainingSinks { Metrics = [figures], Progress = progress }, TestContext.Current.CancellationToken).Dispose();
        return figures.All;
    }

    private sealed class Figures : IMetricsSink
    {
        public List<StepMetrics> All { get; } = [];

        public void Write(StepMetrics metrics) => All.Add(metrics);
    }
}
