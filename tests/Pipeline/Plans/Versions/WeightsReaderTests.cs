using Slipway.Training.Options;

namespace Slipway.Pipeline.Tests.Plans.Versions;

public sealed class WeightsReaderTests
{
    [Fact]
    public void Averages_limits_and_saves_reach_the_training()
    {
        var training = PlanFile.Load(
            "    lr_scheduler: cosine",
            "    ema_decay: 0.99\n    scale_weight_norms: 1.5\n    save_every_n_epochs: 2\n    average_last_n_saves: 3\n    ip_noise_gamma: 0.1\n    zero_terminal_snr: true").Version("v03").Training;

        Assert.Equal((new EmaOptions { EmaDecay = 0.99 }, 1.5), (training.Ema, training.ScaleWeightNorms));
        Assert.Equal(new SaveOptions { SaveEveryNEpochs = 2, AverageLastNSaves = 3 }, training.Saves);
        Assert.Equal((0.1, true), (training.Noise.IpNoiseGamma, training.ZeroTerminalSnr));
    }

    [Fact]
    public void What_is_not_given_changes_no_fingerprint() =>
        Assert.DoesNotContain(TrainingKey.Of(PlanFile.Load(), "v01").Keys, role => role.StartsWith("ema", StringComparison.Ordinal) || role.Contains("save", StringComparison.Ordinal) || role is "scale_weight_norms" or "ip_noise_gamma" or "ip_noise_gamma_random_strength" or "zero_terminal_snr");

    [Theory]
    [InlineData("average_last_n_saves: 3", "average_last_n_saves", "save_every_n_steps")]
    [InlineData("save_every_n_steps: 5\n    average_last_n_saves: 3\n    validate_every_n_steps: 5\n    early_stopping: { patience: 2 }", "average_last_n_saves", "which weights are kept")]
    [InlineData("ema_decay: 1", "ema_decay", "must be a number from")]
    [InlineData("min_timestep: 500\n    max_timestep: 500", "min_timestep", "must be below `max_timestep`, which is 500")]
    [InlineData("max_timestep: 0", "max_timestep", "must be a whole number from 1 to 1000")]
    [InlineData("ip_noise_gamma_random_strength: true", "ip_noise_gamma_random_strength", "give both or none")]
    [InlineData("optimizer_type: AdamWScheduleFree\n    scale_weight_norms: 1", "scale_weight_norms", "leave one of them out")]
    public void What_cannot_be_is_said_where_it_stands(string text, string key, string message)
    {
        var problems = PlanFile.Problems("    lr_scheduler: cosine\n  v03:\n    inherits: v02", $"    {text}\n  v03:\n    inherits: v01");
        var problem = Assert.Single(problems, problem => problem.Contains("versions.v02." + key, StringComparison.Ordinal));
        Assert.Contains(message, problem, StringComparison.Ordinal);
    }
}
