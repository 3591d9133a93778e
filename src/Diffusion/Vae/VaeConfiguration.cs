namespace Slipway.Diffusion.Vae;

/// <summary>The sizes of an autoencoder, under the names of diffusers' <c>vae/config.json</c>.</summary>
public sealed record VaeConfiguration
{
    /// <summary>Picture channels.</summary>
    public int InChannels { get; init; } = 3;

    /// <summary>Channels of each level, highest resolution first; every level but the last halves the picture.</summary>
    public IReadOnlyList<int> BlockOutChannels { get; init; } = [128, 256, 512, 512];

    /// <summary>Residual blocks of a level in the encoder; one more in the decoder.</summary>
    public int LayersPerBlock { get; init; } = 2;

    /// <summary>Channels of the latents.</summary>
    public int LatentChannels { get; init; } = 4;

    /// <summary>Groups of every group normalisation.</summary>
    public int NormNumGroups { get; init; } = 32;

    /// <summary>What latents are multiplied by before the UNet sees them, so that their deviation is near 1.</summary>
    public double ScalingFactor { get; init; } = 0.13025;

    /// <summary>Pixels of the picture's side for one of the latents'.</summary>
    public int Downscale => 1 << (BlockOutChannels.Count - 1);
}
