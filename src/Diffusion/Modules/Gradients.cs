using static TorchSharp.torch;

namespace Slipway.Diffusion.Modules;

/// <summary>Turns on and off which weights get gradients.</summary>
public static class Gradients
{
    /// <summary>Turns gradients of all parameters of <paramref name="module"/> on or off.</summary>
    public static void Require(nn.Module module, bool on)
    {
        foreach (var parameter in module.parameters())
            parameter.requires_grad = on;
    }
}
