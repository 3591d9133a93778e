using Slipway.Demo.Scenes;
using Slipway.Diffusion.Checkpoints;
using Slipway.Diffusion.Sampling;
using Slipway.Imaging.Compositing;
using Slipway.Testing;
using Xunit;
using static TorchSharp.torch;

namespace Slipway.Demo.Tests;

/// <summary>What decoding in bf16 costs: the bound that <c>decode_precision</c> states.</summary>
[Trait("Tier", "slow")] // The autoencoder computes for seconds.
public sealed class RoundedAutoencoderTests
{
    private const int Size = 64;

    // As the option's text has it.
    private const int Bound = 6;

    /// <summary>Pictures with the mascot, and the scenes without it, through the embedded autoencoder. Seen are 3 of 255, 4 with eight times as many pictures, and 0.2 in the mean.</summary>
    [Fact]
    public void Pixels_are_off_by_little()
    {
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        var compositor = new Compositor(SpriteFile.Load(), "sail_kun.png");
        var scenes = Enumerable.Range(0, 3).Select(seed => SceneGenerator.Draw((ulong)seed, Size).Picture).ToList();
        var composites = scenes.Select((scene, seed) => compositor.Compose(scene, new CompositeOptions(), (ulong)seed).Picture);
        using var vae = new DiffusersLayout(Path.Combine(Repository.Root, "datasets", "tiny-sdxl")).LoadVae(CPU);
        using var rounded = vae.ForDecoding(ScalarType.BFloat16);
        var latents = vae.Encode(Pixels.FromRgb([.. scenes.Concat(composites).Select(picture => picture.ToRgb())], Size, Size)).Mean;

        var differences = Pixels.ToRgb(vae.Decode(latents)).SelectMany(pixels => pixels).Zip(Pixels.ToRgb(rounded.Decode(latents)).SelectMany(pixels => pixels), (one, other) => Math.Abs(one - other)).ToList();

        TestContext.Current.TestOutputHelper?.WriteLine($"largest {differences.Max()}, mean {differences.Average()}");
        Assert.InRange(differences.Max(), 1, Bound);
        Assert.InRange(differences.Average(), 0.01, 0.3);
    }
}
