using TorchSharp;
using static TorchSharp.torch;

namespace Slipway.Diffusion;

/// <summary>
/// Prompts → pictures, as diffusers' and the web UIs' text-to-image does it. A picture depends on its own request
/// and the options alone, not on what shares its batch (up to rounding in the products' last bits).
/// </summary>
/// <param name="model">The model; it stays the caller's.</param>
public sealed class TextToImage(SdxlModel model)
{
    /// <summary>Makes all pictures, <see cref="SamplingOptions.BatchSize"/> at a time.</summary>
    /// <param name="requests">The pictures wanted, all of one size.</param>
    /// <param name="options">How they are made.</param>
    /// <param name="progress">Told the number of finished pictures and of all.</param>
    /// <param name="cancel">Looked at before every step.</param>
    /// <returns>For each request its pixels: RGB, a byte each, row by row.</returns>
    /// <exception cref="ArgumentException">Unknown sampler, bad number of steps, a size that does not divide.</exception>
    public IReadOnlyList<byte[]> Generate(
        IReadOnlyList<SamplingRequest> requests,
        SamplingOptions options,
        Action<int, int>? progress = null,
        CancellationToken cancel = default)
    {
        var pictures = new List<byte[]>(requests.Count);
        foreach (var batch in requests.Chunk(options.BatchSize))
        {
            pictures.AddRange(GenerateBatch(batch, options, cancel));
            progress?.Invoke(pictures.Count, requests.Count);
        }

        return pictures;
    }

    /// <summary>The latents (scaled, as the UNet sees them) of a batch of requests of one size [B, 4, h, w].</summary>
    public Tensor GenerateLatents(IReadOnlyList<SamplingRequest> batch, SamplingOptions options, CancellationToken cancel = default)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var sampler = Sampler.Named(options.Sampler);
        var grid = sampler.Grid(model.Schedule, options.Steps);
        var generators = batch.Select(request => new Generator((ulong)request.Seed)).ToArray();
        var shape = LatentShape(batch);
        Tensor Noise()
        {
            using var inner = NewDisposeScope();
            return stack([.. generators.Select(generator => randn(shape, generator: generator))])
                .to(model.Device).MoveToOuterDisposeScope();
        }

        var x = Noise() * grid.InitSigma;
        using var conditioning = Conditioning(batch, options.Guidance);
        var timeIds = TimeIds(batch);
        var step = sampler.Step();
        for (var i = 0; i < options.Steps; i++)
        {
            cancel.ThrowIfCancellationRequested();
            using var stepScope = NewDisposeScope();
            var denoised = Denoise(x, grid, i, conditioning, timeIds, options.Guidance);
            var next = step(x, denoised, grid.Sigmas, i, Noise).MoveToOuterDisposeScope();
            x.Dispose();
            x = next;
        }

        foreach (var generator in generators)
        {
            generator.Dispose();
        }

        return x.MoveToOuterDisposeScope();
    }

    private IEnumerable<byte[]> GenerateBatch(IReadOnlyList<SamplingRequest> batch, SamplingOptions options, CancellationToken cancel)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var latents = GenerateLatents(batch, options, cancel).to(ScalarType.Float32);
        return Pixels.ToRgb(model.Vae.Decode(latents / model.Vae.ScalingFactor));
    }

    private long[] LatentShape(IReadOnlyList<SamplingRequest> batch)
    {
        var factor = model.Vae.Configuration.Downscale;
        foreach (var request in batch)
        {
            if (request.Width % factor != 0 || request.Height % factor != 0 || request.Width < factor || request.Height < factor)
            {
                throw new ArgumentException($"Picture size {request.Width}×{request.Height}: both sides must be multiples of {factor}.");
            }
        }

        return [model.UNet.Configuration.InChannels, batch[0].Height / factor, batch[0].Width / factor];
    }

    /// <summary>The negative prompts' rows first, then the prompts'; the prompts' alone without guidance.</summary>
    private Conditioning Conditioning(IReadOnlyList<SamplingRequest> batch, double guidance)
    {
        var prompts = batch.Select(request => request.Prompt);
        var negatives = guidance == 1 ? [] : batch.Select(request => request.NegativePrompt);
        return new PromptEncoder(model).Encode([.. negatives, .. prompts]);
    }

    private Tensor TimeIds(IReadOnlyList<SamplingRequest> batch)
    {
        var rows = batch.SelectMany(r => new float[] { r.Height, r.Width, 0, 0, r.Height, r.Width }).ToArray();
        return tensor(rows, [batch.Count, 6], device: model.Device);
    }

    /// <summary>x̂₀ at a step, guided: uncond + guidance × (cond − uncond), both in one pass of the UNet.</summary>
    private Tensor Denoise(Tensor x, SigmaGrid grid, int step, Conditioning conditioning, Tensor timeIds, double guidance)
    {
        using var scope = NewDisposeScope();
        var sigma = grid.Sigmas[step];
        var copies = guidance == 1 ? 1 : 2;
        var input = (x / Math.Sqrt((sigma * sigma) + 1)).to(model.Precision).repeat(copies, 1, 1, 1);
        var timesteps = full([input.shape[0]], grid.Timesteps[step], ScalarType.Float32, model.Device);
        var output = model.UNet
            .call(input, timesteps, conditioning.Context, conditioning.Pooled, timeIds.repeat(copies, 1))
            .to(ScalarType.Float32);
        if (guidance != 1)
        {
            var halves = output.chunk(2);
            output = halves[0] + ((halves[1] - halves[0]) * guidance);
        }

        var clean = model.Schedule.PredictsVelocity
            ? (x / ((sigma * sigma) + 1)) - (output * (sigma / Math.Sqrt((sigma * sigma) + 1)))
            : x - (output * sigma);
        return clean.MoveToOuterDisposeScope();
    }
}
