namespace Slipway.Training.Options;

/// <summary>What a LoRA branch is attached to; one learning rate each (sd-scripts gives both text encoders one).</summary>
public enum LoraGroup
{
    TextEncoder,
    UNet,
}
