using System.Text.Json;
using Slipway.Diffusion.Checkpoints;
using Slipway.Pipeline.Jobs;
using Slipway.Training.Data;
using Slipway.Training.Memory;
using Slipway.Training.Options;
using TorchSharp;

namespace Slipway.Pipeline.Tests.Jobs;

public sealed class TrainJobTests
{
    private static readonly TrainJob Plain = Samples.Jobs.OfType<TrainJob>().First();

    /// <summary>What has changed of some trainings alone makes these alone again.</summary>
    [Fact]
    public void A_code_version_is_that_of_what_the_training_has()
    {
        Assert.Equal(7, Plain.Kind.CodeVersion);
        Assert.Equal(7, With(Plain.Training with { TextEncoderLr = 1e-4, TextEncoderLr2 = 1e-4 }).Kind.CodeVersion);
        Assert.Equal(8, With(Plain.Training with { Network = Plain.Training.Network with { Adapter = new() { DoraWd = true } } }).Kind.CodeVersion);
        Assert.Equal(9, (Plain with { Model = Plain.Model with { MixedPrecision = "fp16" } }).Kind.CodeVersion);
        Assert.Equal(10, With(Plain.Training with { TextEncoderLr = 1e-4, TextEncoderLr2 = 1e-5 }).Kind.CodeVersion);
        Assert.Equal(10, (With(Plain.Training with { TextEncoderLr2 = 0 }) with { Model = Plain.Model with { MixedPrecision = "fp16" } }).Kind.CodeVersion);
    }

    /// <summary>As caches hold it of versions that knew two values.</summary>
    [Fact]
    public void Gradient_checkpointing_is_read_as_it_was_written_before_there_was_a_third_value()
    {
        foreach (var (value, text) in new[] { (Checkpointing.False, "false"), (Checkpointing.True, "true"), (Checkpointing.Auto, "\"auto\"") })
        {
            var json = JsonSerializer.Serialize(new TrainingOptions { GradientCheckpointing = value });
            Assert.Contains($"\"GradientCheckpointing\":{text}", json, StringComparison.Ordinal);
            Assert.Equal(value, JsonSerializer.Deserialize<TrainingOptions>(json)!.GradientCheckpointing);
        }

        Assert.ThrowsAny<JsonException>(() => JsonSerializer.Deserialize<TrainingOptions>("""{"GradientCheckpointing":"maybe"}"""));
    }

    /// <summary>Told of a step that computes nothing again and of the largest picture; on the CPU as much is left to a training that begins at the same moment.</summary>
    [Fact]
    public void Nothing_is_computed_again_where_a_step_that_keeps_all_fits()
    {
        using var model = SdxlCheckpoint.Outline(Path.Combine(Repository.Root, "datasets", "tiny-sdxl"), torch.CPU, torch.ScalarType.Float32);
        var training = Plain.Training with { TrainBatchSize = 64, GradientCheckpointing = Checkpointing.Auto };
        TrainingImage Image(int side) => new($"{side}", [], side, side, "", 1);
        var estimate = MemoryEstimate.ForTraining(model, training with { GradientCheckpointing = Checkpointing.False }, 128, 128);
        Assert.True(MemoryEstimate.ForTraining(model, training, 128, 128).FitsBesideModel(Least(free => estimate.FitsBesideModel(free, isShared: true)) - 2, isShared: true));

        bool Has(long? free) => With(training).HasAmpleMemory(model, [Image(64), Image(128), Image(32)], free);
        Assert.Equal(Least(free => estimate.FitsBesideModel(free, isShared: true)), Least(free => Has(free)));
        Assert.False(Has(null));
    }

    private static long Least(Predicate<long> suffices)
    {
        var (low, high) = (0L, 1L << 40);
        while (high - low > 1)
            (low, high) = suffices((low + high) / 2) ? (low, (low + high) / 2) : ((low + high) / 2, high);
        return high;
    }

    private static TrainJob With(TrainingOptions training) => Plain with { Training = training };
}
