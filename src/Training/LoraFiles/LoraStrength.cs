using System.Runtime.InteropServices;

namespace Slipway.Training.LoraFiles;

/// <summary>What a LoRA's changes are multiplied by, in the text encoders and in the UNet.</summary>
/// <param name="TextEncoder">In both text encoders.</param>
/// <param name="UNet">In the UNet.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct LoraStrength(double TextEncoder, double UNet)
{
    private const string UNetPrefix = "lora_unet_";

    /// <summary>The same everywhere.</summary>
    public static implicit operator LoraStrength(double strength) => new(strength, strength);

    /// <summary>Whether it is the same everywhere.</summary>
    public bool IsUniform => TextEncoder.Equals(UNet);

    /// <summary>In a layer.</summary>
    /// <param name="name">sd-scripts' name of the layer.</param>
    public double Of(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.StartsWith(UNetPrefix, StringComparison.Ordinal) ? UNet : TextEncoder;
    }

    /// <summary>The same everywhere.</summary>
    public static LoraStrength FromDouble(double strength) => strength;
}
