using Slipway.Diffusion.Text;

namespace Slipway.Diffusion.Tests;

/// <summary>Sizes of stable-diffusion-xl-base-1.0 that are not a configuration's defaults.</summary>
internal static class SdxlSizes
{
    public static ClipTextConfiguration BigG { get; } = new()
    {
        HiddenSize = 1280,
        IntermediateSize = 5120,
        NumHiddenLayers = 32,
        NumAttentionHeads = 20,
        HiddenAct = "gelu",
        ProjectionDim = 1280,
        WithProjection = true,
    };
}
