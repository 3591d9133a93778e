using Slipway.Demo.Learning;
using Slipway.Demo.Scenes;
using Slipway.Diffusion.Modules;
using Slipway.Diffusion.Sampling;
using Slipway.Diffusion.Vae;
using static TorchSharp.torch;

namespace Slipway.Demo.Recipes;

/// <summary>
/// Trains the embedded autoencoder on drawn scenes and toys: L1 on pixels and on their differences to the right
/// and below (edges), and a light pull of the latents to the standard normal.
/// </summary>
/// <param name="Seed">Seeds weights, scenes and noise.</param>
/// <param name="Steps">Optimizer steps.</param>
/// <param name="BatchSize">Pictures a step.</param>
internal sealed record VaeRecipe(int Seed, int Steps, int BatchSize = 8)
{
    private const double PeakRate = 1.5e-3;
    private const double DecoderRate = 1e-3;
    private const double LatentNoise = 0.05; // of the latents' deviation
    private const double EdgeWeight = 1.0;
    private const double DivergenceWeight = 2e-4;

    /// <summary>The sizes; a factor of 4 between pictures and latents.</summary>
    public static VaeConfiguration Sizes { get; } = new()
    {
        BlockOutChannels = [32, 48, 64],
        LayersPerBlock = 1,
        NormNumGroups = 8,
    };

    /// <summary>Trains and returns the autoencoder, its scaling factor measured on fresh scenes.</summary>
    public AutoencoderKL Run(int size, Action<string> log, Action<AutoencoderKL, int>? snapshot = null)
    {
        random.manual_seed(Seed);
        var vae = new AutoencoderKL(Sizes);
        WeightSlots.Initialise(vae);
        using var average = new WeightAverage([vae], 0.999);
        using var noise = new Generator((ulong)Seed);
        var rate = new CosineRate(PeakRate, 200, Steps);
        using var optimizer = optim.AdamW(vae.parameters(), PeakRate, weight_decay: 1e-4);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        double sum = 0;
        for (var step = 0; step < Steps; step++)
        {
            optimizer.ParamGroups.First().LearningRate = rate.At(step);
            sum += Step(vae, optimizer, Pictures(step, size), noise);
            average.Update();
            if ((step + 1) % 100 == 0)
            {
                log($"vae {step + 1}/{Steps} loss {sum / 100:F4} {clock.Elapsed.TotalSeconds:F0} s");
                sum = 0;
            }

            if ((step + 1) % 1000 == 0 && snapshot is not null)
            {
                average.Swap();
                snapshot(vae, step + 1);
                average.Swap();
            }
        }

        average.Swap();
        return WithScalingFactor(vae, size);
    }

    private static double Step(AutoencoderKL vae, optim.Optimizer optimizer, Tensor pictures, Generator generator)
    {
        using var scope = NewDisposeScope();
        using var _ = pictures;
        var latents = vae.Encode(pictures);
        var unit = randn(latents.Mean.shape, generator: generator);
        var decoded = vae.Decode(latents.Sample(unit));
        var loss = Distance(decoded, pictures) + (latents.Divergence().mean() * (DivergenceWeight / latents.Mean[0].numel()));
        optimizer.zero_grad();
        loss.backward();
        nn.utils.clip_grad_norm_(vae.parameters(), 1.0);
        optimizer.step();
        return loss.item<float>();
    }

    private static Tensor Right(Tensor x) => x.narrow(3, 1, x.shape[3] - 1) - x.narrow(3, 0, x.shape[3] - 1);

    private static Tensor Below(Tensor x) => x.narrow(2, 1, x.shape[2] - 1) - x.narrow(2, 0, x.shape[2] - 1);

    /// <summary>
    /// Goes on with the decoder alone, for as many <paramref name="steps"/> again: the encoder, and with it the
    /// latents that the UNet knows, stay as they are. A little noise on the latents stands for a UNet's errors.
    /// </summary>
    public void FinetuneDecoder(AutoencoderKL vae, int steps, int size, Action<string> log, Action? snapshot = null)
    {
        Gradients.Require(vae, false);
        var parts = vae.named_children().Where(child => child.name is "post_quant_conv" or "decoder").Select(child => child.module).ToArray();
        foreach (var part in parts)
            Gradients.Require(part, true);

        using var average = new WeightAverage(parts, 0.999);
        using var generator = new Generator((ulong)Seed + 1);
        var rate = new CosineRate(DecoderRate, 200, steps);
        var parameters = parts.SelectMany(part => part.parameters()).ToArray();
        using var optimizer = optim.AdamW(parameters, DecoderRate, weight_decay: 1e-4);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        double sum = 0;
        for (var step = 0; step < steps; step++)
        {
            optimizer.ParamGroups.First().LearningRate = rate.At(step);
            sum += DecoderStep(vae, optimizer, parameters, Pictures(1_000_000 + step, size), generator);
            average.Update();
            if ((step + 1) % 100 == 0)
            {
                log($"decoder {step + 1}/{steps} loss {sum / 100:F4} {clock.Elapsed.TotalSeconds:F0} s");
                sum = 0;
            }

            if ((step + 1) % 1000 == 0 && snapshot is not null)
            {
                average.Swap();
                snapshot();
                average.Swap();
            }
        }

        average.Swap();
        Gradients.Require(vae, false);
    }

    private static double DecoderStep(
        AutoencoderKL vae, optim.Optimizer optimizer, TorchSharp.Modules.Parameter[] parameters, Tensor pictures, Generator generator)
    {
        using var scope = NewDisposeScope();
        using var _ = pictures;
        Tensor latents;
        using (no_grad())
        {
            var mean = vae.Encode(pictures).Mean;
            latents = mean + (randn(mean.shape, generator: generator) * (LatentNoise / vae.ScalingFactor));
        }

        var loss = Distance(vae.Decode(latents), pictures);
        optimizer.zero_grad();
        loss.backward();
        nn.utils.clip_grad_norm_(parameters, 1.0);
        optimizer.step();
        return loss.item<float>();
    }

    private static Tensor Distance(Tensor decoded, Tensor pictures) =>
        (decoded - pictures).abs().mean()
            + ((Right(decoded) - Right(pictures)).abs().mean() * EdgeWeight)
            + ((Below(decoded) - Below(pictures)).abs().mean() * EdgeWeight);

    /// <summary>Scenes and toys by halves; what a step sees is a function of seed and step alone.</summary>
    private Tensor Pictures(int step, int size) =>
        Pixels.FromRgb([.. Enumerable.Range(0, BatchSize).Select(i =>
        {
            var index = ((ulong)Seed << 40) + ((ulong)step * (ulong)BatchSize) + (ulong)i;
            return (i % 2 == 0 ? SceneGenerator.Draw(index, size).Picture : SceneGenerator.DrawToy(index, size)).ToRgb();
        })], size, size);

    /// <summary>One over the latents' standard deviation over 256 scenes, kept with five digits.</summary>
    private AutoencoderKL WithScalingFactor(AutoencoderKL vae, int size)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var pictures = Enumerable.Range(0, 32).Select(i => Pictures(Steps + i, size)).ToArray();
        var deviation = cat([.. pictures.Select(batch => vae.Encode(batch).Mean)]).std().item<float>();
        var scaled = new AutoencoderKL(Sizes with { ScalingFactor = Math.Round(1 / deviation, 5) });
        var slots = new WeightSlots(scaled);
        foreach (var (key, values) in vae.state_dict())
            slots.Fill(key, values.detach().DetachFromDisposeScope());
        vae.Dispose();
        return scaled;
    }
}
