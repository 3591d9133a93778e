namespace Slipway.Diffusion.Checkpoints;

/// <summary>Tells models that ask for more than latents: they are SDXL's in everything else.</summary>
internal static class UNetInput
{
    private const int Inpainting = 9;
    private const int Editing = 8;

    /// <summary>What is wrong with a UNet that is given more channels than the latents have; null where nothing is.</summary>
    /// <param name="channels">Channels that it is given.</param>
    /// <param name="latents">Channels of the latents, which it gives back.</param>
    public static string? Problem(int channels, int latents) => channels == latents ? null : channels switch
    {
        Inpainting => "it is an inpainting model: its UNet is given 9 channels, the latents, a mask and the masked picture, and a LoRA has no mask to give. Take the model that it was made of.",
        Editing => "it is a model that edits pictures (InstructPix2Pix): its UNet is given 8 channels, the latents and those of the picture. Take the model that it was made of.",
        _ => $"its UNet is given {channels} channels, where its latents have {latents}; a model that draws from text is given the latents alone.",
    };

    /// <exception cref="InvalidDataException">The UNet is given more than latents.</exception>
    public static void Require(string path, int channels, int latents)
    {
        if (Problem(channels, latents) is { } problem)
            throw new InvalidDataException($"{path} is refused: {problem}");
    }
}
