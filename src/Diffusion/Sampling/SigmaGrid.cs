using Slipway.Diffusion.Noise;

namespace Slipway.Diffusion.Sampling;

/// <summary>
/// The noise levels that a sampler visits: N timesteps and N + 1 sigmas, from noisy to clean.
/// </summary>
/// <param name="Timesteps">What the UNet is told, 999 … 0; need not be whole.</param>
/// <param name="Sigmas">k-diffusion's noise levels; the last is where the sampler ends, 0 but for DDIM.</param>
/// <param name="InitSigma">What unit noise is multiplied by before the first step.</param>
public sealed record SigmaGrid(IReadOnlyList<double> Timesteps, IReadOnlyList<double> Sigmas, double InitSigma)
{
    /// <summary>Stands for ᾱ = 0 with DDIM, which computes with √ᾱ and not with σ: far below the grain of f32.</summary>
    private const double SmallestAlphaOfDdim = 1e-16;

    private const double Rho = 7;

    /// <summary>
    /// Euler's (diffusers' <c>EulerDiscreteScheduler</c>, <c>EulerAncestralDiscreteScheduler</c>): timesteps spaced as
    /// <see cref="TimestepSpacing"/> says, sigmas those of the schedule there, and no noise at the end.
    /// </summary>
    /// <exception cref="ArgumentException">A number of steps or a spacing that does not exist.</exception>
    public static SigmaGrid Euler(NoiseSchedule schedule, int steps)
    {
        var timesteps = TimestepSpacing.Timesteps(schedule.Configuration, steps);
        var sigmas = timesteps.Select(timestep => SigmaAt(schedule, timestep)).Append(0).ToArray();
        return new SigmaGrid(timesteps, sigmas, InitSigmaOf(schedule, sigmas[0]));
    }

    /// <summary>
    /// Sigmas along Karras et al. 2022, equation 5 with ρ = 7, between the ends of <see cref="Euler"/>'s grid; a
    /// timestep is where the schedule has that log σ, and need not be whole.
    /// </summary>
    /// <exception cref="ArgumentException">A number of steps or a spacing that does not exist.</exception>
    public static SigmaGrid EulerKarras(NoiseSchedule schedule, int steps)
    {
        var spaced = Euler(schedule, steps);
        var sigmas = KarrasBetween(spaced.Sigmas[0], spaced.Sigmas[steps - 1], steps);
        var timesteps = sigmas.Select(sigma => TimestepOf(schedule, sigma)).ToArray();
        return new SigmaGrid(timesteps, [.. sigmas, 0], InitSigmaOf(schedule, sigmas[0]));
    }

    /// <summary>
    /// DDIM's (diffusers' <c>DDIMScheduler</c>): whole timesteps; it ends at timestep 0's noise, or at none with
    /// <c>set_alpha_to_one</c>. Each step goes to the next timestep in the list. diffusers goes to t − T/N, which is
    /// the same with <c>leading</c>; with the other spacings it can be a timestep that the next step does not start
    /// from, and that is not followed.
    /// </summary>
    /// <exception cref="ArgumentException">A number of steps or a spacing that does not exist.</exception>
    public static SigmaGrid Ddim(NoiseSchedule schedule, int steps)
    {
        double[] timesteps = [.. TimestepSpacing.Timesteps(schedule.Configuration, steps).Select(timestep => Math.Round(timestep))];
        double Sigma(double timestep)
        {
            var alpha = Math.Max(schedule.AlphasCumprod[(int)Math.Min(timestep, schedule.AlphasCumprod.Count - 1)], SmallestAlphaOfDdim);
            return Math.Sqrt((1 - alpha) / alpha);
        }

        var last = schedule.Configuration.SetAlphaToOne ? 0 : Sigma(0);
        var sigmas = timesteps.Select(Sigma).Append(last).ToArray();
        return new SigmaGrid(timesteps, sigmas, OfUnitVariance(sigmas[0]));
    }

    /// <summary>DPM-Solver++'s (diffusers' <c>DPMSolverMultistepScheduler</c>, last sigma 0).</summary>
    /// <exception cref="ArgumentException">A number of steps or a spacing that does not exist.</exception>
    public static SigmaGrid DpmSolver(NoiseSchedule schedule, int steps)
    {
        var timesteps = TimestepSpacing.OfDpmSolver(schedule.Configuration, steps);
        var sigmas = timesteps.Select(timestep => SigmaAt(schedule, timestep)).Append(0).ToArray();
        return new SigmaGrid(timesteps, sigmas, OfUnitVariance(sigmas[0]));
    }

    /// <summary>
    /// DPM-Solver++'s along Karras et al.: between the ends of the whole schedule, whatever the spacing; whole timesteps.
    /// </summary>
    /// <exception cref="ArgumentException">A number of steps or a spacing that does not exist.</exception>
    public static SigmaGrid DpmSolverKarras(NoiseSchedule schedule, int steps)
    {
        _ = TimestepSpacing.OfDpmSolver(schedule.Configuration, steps);
        var end = schedule.Configuration.NumTrainTimesteps - 1;
        var sigmas = KarrasBetween(SigmaAt(schedule, end), SigmaAt(schedule, 0), steps);
        var timesteps = sigmas.Select(sigma => Math.Round(TimestepOf(schedule, sigma))).ToArray();
        return new SigmaGrid(timesteps, [.. sigmas, 0], OfUnitVariance(sigmas[0]));
    }

    private static double[] KarrasBetween(double first, double last, int steps)
    {
        var (max, min) = (Math.Pow(first, 1 / Rho), Math.Pow(last, 1 / Rho));
        return [.. Enumerable.Range(0, steps).Select(i => Math.Pow(max + ((steps == 1 ? 0.0 : (double)i / (steps - 1)) * (min - max)), Rho))];
    }

    /// <summary>Euler starts from noise alone where the first timestep is the last of all, else from noise and room for a signal.</summary>
    private static double InitSigmaOf(NoiseSchedule schedule, double max) => schedule.Configuration.TimestepSpacing is "linspace" or "trailing" ? max : OfUnitVariance(max);

    private static double OfUnitVariance(double sigma) => Math.Sqrt((sigma * sigma) + 1);

    private static double SigmaAt(NoiseSchedule schedule, double timestep)
    {
        var end = schedule.Configuration.NumTrainTimesteps - 1;
        var low = (long)Math.Min(Math.Floor(timestep), end);
        var high = Math.Min(low + 1, end);
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
