using static TorchSharp.torch;

namespace Slipway.Diffusion.Sampling;

/// <summary>Unit noise for a batch, each picture's from its own seed, drawn in f32 on the CPU whatever the device.</summary>
/// <param name="seeds">A seed a picture.</param>
/// <param name="shape">The shape of one picture's latents, [C, h, w].</param>
/// <param name="device">The device that the noise is moved to.</param>
internal sealed class LatentNoise(IEnumerable<long> seeds, long[] shape, Device device) : IDisposable
{
    private readonly Generator[] _generators = [.. seeds.Select(seed => new Generator((ulong)seed))];

    /// <summary>The next draw of each generator, [B, C, h, w], f32.</summary>
    public Tensor Draw()
    {
        using var scope = NewDisposeScope();
        return stack([.. _generators.Select(generator => randn(shape, generator: generator))]).to(device).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        foreach (var generator in _generators)
            generator.Dispose();
    }
}
