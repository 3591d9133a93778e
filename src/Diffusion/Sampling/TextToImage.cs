using Slipway.Diffusion.Model;
using Slipway.Diffusion.Noise;
using Slipway.Diffusion.Text;
using Slipway.Diffusion.Vae;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Sampling;

/// <summary>
/// Prompts → pictures, as diffusers' and the web UIs' text-to-image does it. A picture depends on its own request
/// and the options alone, not on what shares its batch (up to rounding in the products' last bits).
/// </summary>
/// <remarks>
/// Noise is drawn in f32 on the CPU from a generator of each picture's own: first <c>randn([1, 4, h/8, w/8])</c>, then
/// the ancestral noise in order. Time ids are [h, w, 0, 0, h, w].
/// </remarks>
/// <param name="model">The model; it stays the caller's.</param>
/// <param name="say">Told, in a line, where pictures are too large to be decoded as a whole; null: nobody is.</param>
public sealed class TextToImage(SdxlModel model, Action<string>? say = null)
{
    // What a card holds beside a model and a picture that is decoded: LoRAs, the training that is drawn from, libraries.
    private const long BesideDecoding = 1L << 30;

    private readonly PromptEncoder _encoder = new(model);

    /// <summary>Makes all pictures, <see cref="SamplingOptions.BatchSize"/> at a time.</summary>
    /// <param name="requests">The pictures wanted, all of one size.</param>
    /// <param name="options">How they are made.</param>
    /// <param name="progress">Told of every step.</param>
    /// <param name="cancel">Looked at before every step.</param>
    /// <returns>For each request its pixels: RGB, a byte each, row by row.</returns>
    /// <exception cref="ArgumentException">Unknown sampler or spacing, bad number of steps, a size that does not divide.</exception>
    public IReadOnlyList<byte[]> Generate(
        IReadOnlyList<SamplingRequest> requests,
        SamplingOptions options,
        Action<SamplingStep>? progress = null,
        CancellationToken cancel = default)
    {
        var finished = 0;
        using var scope = NewDisposeScope();
        // All texts first: then the text encoders are not needed any more.
        var batches = Batches(requests, options).Select(batch => (Places: batch, Requests: batch.Select(i => requests[i]).ToArray())).Select(batch => (batch.Places, batch.Requests, Text: Encoded(batch.Requests, options.Guidance))).ToList();
        model.ReleaseTextEncoders();
        var latents = new List<Tensor>();
        foreach (var batch in batches)
        {
            var before = finished;
            latents.Add(Denoise(batch.Requests, batch.Text, options, step => progress?.Invoke(step with { Finished = before }), cancel));
            finished += batch.Places.Length;
        }

        return InOrder(batches.Select(batch => batch.Places), Decode(latents, options.DecodesInBFloat16, cancel));
    }

    private static byte[][] InOrder(IEnumerable<int[]> places, IEnumerable<byte[]> pictures) =>
        [.. places.SelectMany(batch => batch).Zip(pictures).OrderBy(picture => picture.First).Select(picture => picture.Second)];

    // All latents before: then the UNet is not needed any more.
    private List<byte[]> Decode(IReadOnlyList<Tensor> latents, bool inBFloat16, CancellationToken cancel)
    {
        using var noGrad = no_grad();
        model.RequireVae();
        using var rounded = inBFloat16 ? model.Vae.ForDecoding(ScalarType.BFloat16) : null;
        var decoder = new PictureDecoder(rounded ?? model.Vae, say);
        model.ReleaseUNet(BesideDecoding + latents.Select(batch => decoder.Bytes(batch.shape[0], batch.shape[2], batch.shape[3])).DefaultIfEmpty().Max());
        try
        {
            var pictures = new List<byte[]>();
            foreach (var batch in latents)
            {
                cancel.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                pictures.AddRange(Pixels.ToRgb(decoder.Decode(batch.to(ScalarType.Float32) / model.Vae.ScalingFactor)));
            }

            return pictures;
        }
        finally
        {
            model.RequireUNet();
        }
    }

    /// <summary>The latents (scaled, as the UNet sees them) of a batch of requests of one size [B, 4, h, w].</summary>
    /// <param name="batch">The pictures wanted; all get as many chunks of text as the longest needs.</param>
    /// <param name="options">How they are made.</param>
    /// <param name="progress">Told of every step.</param>
    /// <param name="cancel">Looked at before every step.</param>
    public Tensor GenerateLatents(
        IReadOnlyList<SamplingRequest> batch, SamplingOptions options, Action<SamplingStep>? progress = null, CancellationToken cancel = default)
    {
        using var conditioning = Encoded(batch, options.Guidance);
        return Denoise(batch, conditioning, options, progress, cancel);
    }

    private Tensor Denoise(IReadOnlyList<SamplingRequest> batch, Conditioning conditioning, SamplingOptions options, Action<SamplingStep>? progress, CancellationToken cancel)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        using var noise = new LatentNoise(batch.Select(request => request.Seed), LatentShape(batch), model.Device);
        var sampler = Sampler.Named(options.Sampler);
        var schedule = Schedule(options.Spacing);
        var grid = sampler.Grid(schedule, options.Steps);
        var x = noise.Draw() * grid.InitSigma;
        var timeIds = TimeIds(batch);
        var step = sampler.Start(schedule.Configuration);
        for (var i = 0; i < options.Steps; i++)
        {
            cancel.ThrowIfCancellationRequested();
            using var stepScope = NewDisposeScope();
            var denoised = Denoise(x, grid, i, conditioning, timeIds, options.Guidance);
            var next = step(x, denoised, grid.Sigmas, i, noise.Draw).MoveToOuterDisposeScope();
            x.Dispose();
            x = next;
            progress?.Invoke(new SamplingStep(0, batch.Count, i + 1, options.Steps, x));
        }

        return AtUnitVariance(x, grid.Sigmas[^1]).MoveToOuterDisposeScope();
    }

    /// <summary>A sampler that leaves noise (DDIM) leaves it in the scale that the autoencoder was trained for.</summary>
    private static Tensor AtUnitVariance(Tensor x, double sigma) => sigma == 0 ? x : x / Math.Sqrt((sigma * sigma) + 1);

    private NoiseSchedule Schedule(string? spacing) => spacing is null ? model.Schedule : new NoiseSchedule(model.Schedule.Configuration with { TimestepSpacing = spacing });

    /// <summary>
    /// Indices of requests that go together: of one size, and of as many chunks of text, since empty chunks, which the UNet attends to,
    /// would change a picture.
    /// </summary>
    private IEnumerable<int[]> Batches(IReadOnlyList<SamplingRequest> requests, SamplingOptions options) =>
        Enumerable.Range(0, requests.Count)
            .GroupBy(i => (Chunks(requests[i], options.Guidance), requests[i].Width, requests[i].Height))
            .SelectMany(group => group.Chunk(options.BatchSize));

    /// <summary>Prompt and negative prompt are made equally long, with empty chunks.</summary>
    private int Chunks(SamplingRequest request, double guidance)
    {
        var prompt = _encoder.ChunksOf(Prompt.Parse(request.Prompt));
        return guidance == 1 ? prompt : Math.Max(prompt, _encoder.ChunksOf(Prompt.Parse(request.NegativePrompt)));
    }

    private long[] LatentShape(IReadOnlyList<SamplingRequest> batch)
    {
        var factor = model.Vae.Configuration.Downscale;
        foreach (var request in batch)
        {
            if (request.Width % factor != 0 || request.Height % factor != 0 || request.Width < factor || request.Height < factor)
                throw new ArgumentException($"Picture size {request.Width}×{request.Height}: both sides must be multiples of {factor}.");
            if ((request.Width, request.Height) != (batch[0].Width, batch[0].Height))
                throw new ArgumentException($"Picture sizes {batch[0].Width}×{batch[0].Height} and {request.Width}×{request.Height} in one batch; expected one size.");
        }

        return [model.UNet.Configuration.InChannels, batch[0].Height / factor, batch[0].Width / factor];
    }

    /// <summary>The negative prompts' rows first, then the prompts'; the prompts' alone without guidance.</summary>
    private Conditioning Encoded(IReadOnlyList<SamplingRequest> batch, double guidance)
    {
        using var noGrad = no_grad();
        var prompts = batch.Select(request => request.Prompt);
        var negatives = guidance == 1 ? [] : batch.Select(request => request.NegativePrompt);
        return _encoder.Encode([.. negatives.Concat(prompts).Select(Prompt.Parse)], batch.Max(request => Chunks(request, guidance)));
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

        return model.Schedule.Denoised(x, output, sigma).MoveToOuterDisposeScope();
    }
}
