namespace Slipway.Diffusion;

/// <summary>
/// The noise levels that a sampler visits: N timesteps and N + 1 sigmas, from noisy to clean, the last sigma 0.
/// </summary>
/// <param name="Timesteps">What the UNet is told, 999 … 0; whole numbers.</param>
/// <param name="Sigmas">k-diffusion's noise levels.</param>
/// <param name="InitSigma">What unit noise is multiplied by before the first step.</param>
public sealed record SigmaGrid(IReadOnlyList<double> Timesteps, IReadOnlyList<double> Sigmas, double InitSigma)
{
    /// <summary>
    /// Timesteps spaced as <c>timestep_spacing</c> says (diffusers 0.32); sigmas those of the schedule there.
    /// </summary>
    /// <exception cref="ArgumentException">Fewer than 1 or more steps than timesteps; an unknown spacing.</exception>
    public static SigmaGrid Spaced(NoiseSchedule schedule, int steps)
    {
        var timesteps = Space(schedule.Configuration, steps);
        var sigmas = timesteps.Select(timestep => SigmaAt(schedule, timestep)).Append(0.0).ToArray();
        return new SigmaGrid(timesteps, sigmas, InitSigmaOf(schedule, sigmas[0]));
    }

    /// <summary>
    /// Sigmas along Karras et al. 2022, equation 5 with ρ = 7, between the spaced grid's ends; timesteps are the
    /// nearest by log σ.
    /// </summary>
    public static SigmaGrid Karras(NoiseSchedule schedule, int steps)
    {
        var spaced = Spaced(schedule, steps);
        const double rho = 7;
        var max = Math.Pow(spaced.Sigmas[0], 1 / rho);
        var min = Math.Pow(spaced.Sigmas[steps - 1], 1 / rho);
        var sigmas = Enumerable.Range(0, steps)
            .Select(i => Math.Pow(max + ((steps == 1 ? 0.0 : (double)i / (steps - 1)) * (min - max)), rho))
            .ToArray();
        var timesteps = sigmas.Select(sigma => Math.Round(TimestepOf(schedule, sigma))).ToArray();
        return new SigmaGrid(timesteps, [.. sigmas, 0.0], InitSigmaOf(schedule, sigmas[0]));
    }

    private static double[] Space(NoiseConfiguration configuration, int steps)
    {
        var train = configuration.NumTrainTimesteps;
        if (steps < 1 || steps > train)
        {
            throw new ArgumentException($"`steps` is {steps}; expected 1 to {train}.");
        }

        var indices = Enumerable.Range(0, steps);
        return configuration.TimestepSpacing switch
        {
            "leading" => [.. indices.Reverse().Select(i => (double)(i * (train / steps)) + configuration.StepsOffset)],
            "trailing" => [.. indices.Select(i => Math.Round(train - (i * ((double)train / steps))) - 1)],
            "linspace" => [.. indices.Reverse().Select(i => steps == 1 ? 0.0 : i * ((train - 1.0) / (steps - 1)))],
            var other => throw new ArgumentException(
                $"`timestep_spacing` is '{other}'; known are 'leading', 'trailing' and 'linspace'."),
        };
    }

    private static double InitSigmaOf(NoiseSchedule schedule, double max)
        => schedule.Configuration.TimestepSpacing is "linspace" or "trailing" ? max : Math.Sqrt((max * max) + 1);

    private static double SigmaAt(NoiseSchedule schedule, double timestep)
    {
        var low = (long)Math.Floor(timestep);
        var high = Math.Min(low + 1, schedule.Configuration.NumTrainTimesteps - 1);
        var share = timestep - low;
        return ((1 - share) * schedule.Sigma(low)) + (share * schedule.Sigma(high));
    }

    private static double TimestepOf(NoiseSchedule schedule, double sigma)
    {
        var target = Math.Log(sigma);
        var (low, high) = (0, schedule.Configuration.NumTrainTimesteps - 1);
        while (high - low > 1)
        {
            var middle = (low + high) / 2;
            (low, high) = Math.Log(schedule.Sigma(middle)) <= target ? (middle, high) : (low, middle);
        }

        var (below, above) = (Math.Log(schedule.Sigma(low)), Math.Log(schedule.Sigma(high)));
        return low + Math.Clamp((target - below) / (above - below), 0, 1);
    }
}
