using Slipway.Diffusion.Checkpoints;
using Slipway.Diffusion.Tests.Checkpoints;
using Slipway.Diffusion.Text;
using Slipway.Diffusion.UNets;
using Slipway.Diffusion.Vae;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Tests;

/// <summary>golden/tiny_sdxl_base.safetensors, the small SDXL model that the reference's numbers were made with; on the CPU in f32.</summary>
internal static class ReferenceModel
{
    private static readonly SingleFileLayout Layout = new(Golden.Path("tiny_sdxl_base.safetensors"));

    public static UNet UNet(ScalarType precision = ScalarType.Float32) => Layout.LoadUNet(CPU, precision);

    public static ClipTextEncoder TextEncoder1(ScalarType precision = ScalarType.Float32) => Layout.LoadTextEncoder1(CPU, precision);

    public static ClipTextEncoder TextEncoder2(ScalarType precision = ScalarType.Float32) => Layout.LoadTextEncoder2(CPU, precision);

    public static AutoencoderKL Vae() => Layout.LoadVae(CPU);
}
