using Slipway.Diffusion.Text;
using Slipway.Diffusion.UNets;
using Slipway.Diffusion.Vae;

namespace Slipway.Build.Benches;

/// <summary>The model that is benched.</summary>
/// <param name="UNet">Sizes of the UNet.</param>
/// <param name="TextEncoder1">Sizes of the first text encoder.</param>
/// <param name="TextEncoder2">Sizes of the second text encoder.</param>
/// <param name="Vae">Sizes of the autoencoder.</param>
/// <param name="Side">Pixels of a picture's side.</param>
/// <param name="ForwardFlop">Floating-point operations of the UNet for one picture of that side.</param>
public sealed record BenchSizes(
    UNetConfiguration UNet, ClipTextConfiguration TextEncoder1, ClipTextConfiguration TextEncoder2, VaeConfiguration Vae, int Side, double ForwardFlop);
