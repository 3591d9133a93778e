using System.Text.Json;
using Slipway.Pipeline.Jobs;
using Slipway.Training.Options;

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

    private static TrainJob With(TrainingOptions training) => Plain with { Training = training };
}
