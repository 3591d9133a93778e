using Slipway.Engine.Options;

namespace Slipway.Training.Options;

/// <summary>How the noise of a training differs from plain normal noise, under sd-scripts' option names.</summary>
public sealed record NoiseOptions
{
    /// <summary>Its options.</summary>
    public static OptionTable<NoiseOptions> Declared { get; } = new(
        option =>
        [
            option.Number("noise_offset", o => o.NoiseOffset, (o, v) => o with { NoiseOffset = v }, 0) with
            {
                Says = "Strength of one extra normal number for each channel of a picture, so that brightness is learned.",
                SdScripts = "",
                Metadata = new("ss_noise_offset") { IsNoneAtDefault = true },
            },
            option.Switch("noise_offset_random_strength", o => o.NoiseOffsetRandomStrength, (o, v) => o with { NoiseOffsetRandomStrength = v }) with
            {
                Says = "Draws each batch's strength from 0 to `noise_offset`.",
                SdScripts = "false",
                Metadata = new("ss_noise_offset_random_strength"),
            },
            option.Number("adaptive_noise_scale", o => o.AdaptiveNoiseScale, (o, v) => o with { AdaptiveNoiseScale = v }) with
            {
                Says = "Adds this many times the channel's mean latent to `noise_offset`.",
                SdScripts = "",
                Metadata = new("ss_adaptive_noise_scale"),
            },
            option.Whole("multires_noise_iterations", o => o.MultiresNoiseIterations, (o, v) => o with { MultiresNoiseIterations = v }, 1) with
            {
                Says = "Adds so many levels of coarser and coarser noise (pyramid noise).",
                SdScripts = "",
                Metadata = new("ss_multires_noise_iterations"),
            },
            option.Number("multires_noise_discount", o => o.MultiresNoiseDiscount, (o, v) => o with { MultiresNoiseDiscount = v }, 0) with
            {
                Says = "Weight of each level of the pyramid noise against the one before.",
                SdScripts = "0.3",
                Metadata = new("ss_multires_noise_discount"),
            },
            option.Positive("ip_noise_gamma", o => o.IpNoiseGamma, (o, v) => o with { IpNoiseGamma = v }) with
            {
                Says = "Strength of noise that the UNet sees and is not to predict (input perturbation).",
                SdScripts = "",
                Metadata = new("ss_ip_noise_gamma"),
            },
            option.Switch("ip_noise_gamma_random_strength", o => o.IpNoiseGammaRandomStrength, (o, v) => o with { IpNoiseGammaRandomStrength = v }) with
            {
                Says = "Draws each batch's strength from 0 to `ip_noise_gamma`.",
                SdScripts = "false",
                Metadata = new("ss_ip_noise_gamma_random_strength"),
            },
            option.Whole("min_timestep", o => o.MinTimestep, (o, v) => o with { MinTimestep = v }, 0, 999) with
            {
                Says = "The least timestep that is drawn: how little noise a picture has at least.",
                SdScripts = "",
            },
            option.Whole("max_timestep", o => o.MaxTimestep, (o, v) => o with { MaxTimestep = v }, 1, 1000) with
            {
                Says = "Timesteps below this are drawn: how much noise a picture has at most.",
                SdScripts = "",
            },
        ],
        Rules);

    /// <summary><c>noise_offset</c>; 0: none.</summary>
    public double NoiseOffset { get; init; }

    /// <summary><c>noise_offset_random_strength</c>: the strength of each batch is uniform from 0 to <see cref="NoiseOffset"/>.</summary>
    public bool NoiseOffsetRandomStrength { get; init; }

    /// <summary><c>adaptive_noise_scale</c>: added to the offset, times the channel's mean latent; only with an offset.</summary>
    public double? AdaptiveNoiseScale { get; init; }

    /// <summary><c>multires_noise_iterations</c>: most levels of pyramid noise; null: none.</summary>
    public int? MultiresNoiseIterations { get; init; }

    /// <summary><c>multires_noise_discount</c>: weight of each level against the one before.</summary>
    public double MultiresNoiseDiscount { get; init; } = 0.3;

    /// <summary>
    /// <c>ip_noise_gamma</c> (Ning et al. 2023, input perturbation): so much more normal noise is in what the UNet sees, and not in
    /// what it is to predict. Null: none.
    /// </summary>
    public double? IpNoiseGamma { get; init; }

    /// <summary><c>ip_noise_gamma_random_strength</c>: the strength of each batch is uniform from 0 to <see cref="IpNoiseGamma"/>.</summary>
    public bool IpNoiseGammaRandomStrength { get; init; }

    /// <summary><c>min_timestep</c>: timesteps are drawn from here …</summary>
    public int MinTimestep { get; init; }

    /// <summary><c>max_timestep</c>: … to below this.</summary>
    public int MaxTimestep { get; init; } = 1000;

    private static IEnumerable<OptionProblem> Rules(NoiseOptions options)
    {
        if (options is { IpNoiseGammaRandomStrength: true, IpNoiseGamma: null })
            yield return new("ip_noise_gamma_random_strength", "varies `ip_noise_gamma`, which is not given; give both or none.", IsLack: true);
        if (options is { NoiseOffsetRandomStrength: true, NoiseOffset: 0 })
            yield return new("noise_offset_random_strength", "varies `noise_offset`, which is 0; give both or none.", IsLack: true);
        if (options.MinTimestep >= options.MaxTimestep)
            yield return new("min_timestep", $"must be below `max_timestep`, which is {options.MaxTimestep}, but is `{options.MinTimestep}`.");
        if (options is { AdaptiveNoiseScale: not null, NoiseOffset: 0 })
            yield return new("adaptive_noise_scale", "changes `noise_offset`, which is 0; give both or none.", IsLack: true);
    }
}
