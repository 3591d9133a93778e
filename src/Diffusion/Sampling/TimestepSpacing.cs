using Slipway.Diffusion.Noise;

namespace Slipway.Diffusion.Sampling;

/// <summary>
/// Which of the training's timesteps a sampler visits, from noisy to clean (Lin et al. 2023, table 2), as diffusers
/// 0.32 computes them from <c>timestep_spacing</c> and <c>steps_offset</c>.
/// </summary>
public static class TimestepSpacing
{
    /// <summary>The names of all spacings.</summary>
    public static IReadOnlyList<string> Names { get; } = ["leading", "trailing", "linspace"];

    /// <summary>N timesteps; with <c>linspace</c> they reach both ends and need not be whole.</summary>
    /// <exception cref="ArgumentException">Fewer than 1 or more steps than timesteps; an unknown spacing.</exception>
    public static double[] Timesteps(NoiseConfiguration configuration, int steps)
    {
        var train = Checked(configuration, steps, most: configuration.NumTrainTimesteps);
        return configuration.TimestepSpacing switch
        {
            "leading" => Leading(train / steps, steps, configuration.StepsOffset),
            "trailing" => Trailing(train, steps),
            "linspace" => Linspace(train, steps),
            var other => throw Unknown(other),
        };
    }

    /// <summary>
    /// DPM-Solver's: the first N of N + 1, all whole, since its last step goes to no noise and not to timestep 0.
    /// </summary>
    /// <exception cref="ArgumentException">Fewer than 1 or more steps than timesteps; an unknown spacing.</exception>
    public static double[] OfDpmSolver(NoiseConfiguration configuration, int steps)
    {
        var train = Checked(configuration, steps, most: configuration.NumTrainTimesteps - 1);
        return configuration.TimestepSpacing switch
        {
            "leading" => Leading(train / (steps + 1), steps + 1, configuration.StepsOffset)[..steps],
            "trailing" => Trailing(train, steps),
            "linspace" => [.. Linspace(train, steps + 1)[..steps].Select(timestep => Math.Round(timestep))],
            var other => throw Unknown(other),
        };
    }

    private static int Checked(NoiseConfiguration configuration, int steps, int most) =>
        steps >= 1 && steps <= most
            ? configuration.NumTrainTimesteps
            : throw new ArgumentException($"`steps` is {steps}; expected 1 to {most}.");

    private static double[] Leading(int stride, int steps, int offset) => [.. Enumerable.Range(0, steps).Reverse().Select(i => (double)(i * stride) + offset)];

    private static double[] Trailing(int train, int steps) => [.. Enumerable.Range(0, steps).Select(i => Math.Round(train - (i * ((double)train / steps))) - 1)];

    private static double[] Linspace(int train, int steps) => [.. Enumerable.Range(0, steps).Reverse().Select(i => steps == 1 ? 0.0 : i * ((train - 1.0) / (steps - 1)))];

    private static ArgumentException Unknown(string name) => new($"`timestep_spacing` is '{name}'; known are {string.Join(", ", Names.Select(known => $"'{known}'"))}.");
}
