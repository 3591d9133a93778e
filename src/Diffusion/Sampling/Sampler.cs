using Slipway.Diffusion.Noise;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Sampling;

/// <summary>A way from noise to latents along a grid of noise levels.</summary>
/// <param name="Name">As the web UIs call it.</param>
/// <param name="Grid">The noise levels for a number of steps.</param>
/// <param name="Start">Its steps for one batch; see <see cref="SamplerStep"/>.</param>
public sealed record Sampler(string Name, Func<NoiseSchedule, int, SigmaGrid> Grid, Func<NoiseConfiguration, SamplerStep> Start)
{
    private static readonly Sampler[] Known =
    [
        new(SamplerNames.Euler, SigmaGrid.Euler, _ => Samplers.Euler),
        new(SamplerNames.EulerKarras, SigmaGrid.EulerKarras, _ => Samplers.Euler),
        new(SamplerNames.EulerAncestral, SigmaGrid.Euler, _ => Samplers.EulerAncestral),
        new(SamplerNames.Ddim, SigmaGrid.Ddim, configuration => Samplers.Ddim(configuration.ClipSample)),
        new(SamplerNames.DpmPlusPlus2M, SigmaGrid.DpmSolver, _ => Samplers.DpmPlusPlus2M()),
        new(SamplerNames.DpmPlusPlus2MKarras, SigmaGrid.DpmSolverKarras, _ => Samplers.DpmPlusPlus2M()),
    ];

    /// <summary>The names of all samplers.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Known.Select(sampler => sampler.Name)];

    /// <summary>The sampler called <paramref name="name"/>, whatever the case.</summary>
    /// <exception cref="ArgumentException">No such sampler.</exception>
    public static Sampler Named(string name) =>
        Known.FirstOrDefault(sampler => sampler.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw new ArgumentException($"There is no sampler '{name}'; known are {string.Join(", ", Names)}.");
}

/// <summary>Moves <paramref name="x"/> from noise level <paramref name="step"/> to the next.</summary>
/// <param name="x">Noisy latents [B, 4, h, w].</param>
/// <param name="denoised">The model's x̂₀ there.</param>
/// <param name="sigmas">All noise levels.</param>
/// <param name="step">Index of the present level.</param>
/// <param name="noise">Draws unit noise like <paramref name="x"/>.</param>
public delegate Tensor SamplerStep(Tensor x, Tensor denoised, IReadOnlyList<double> sigmas, int step, Func<Tensor> noise);
