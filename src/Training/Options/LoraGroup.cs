namespace Slipway.Training.Options;

/// <summary>What a LoRA branch is attached to; one learning rate each (sd-scripts gives both text encoders one).</summary>
public enum LoraGroup
{
    /// <summary>One of the two text encoders: <c>text_encoder_lr</c> applies.</summary>
    TextEncoder,
    /// <summary>The UNet: <c>unet_lr</c> applies.</summary>
    UNet,
    /// <summary>The second text encoder where it has a rate of its own: <c>text_encoder_lr2</c> applies.</summary>
    TextEncoder2,
}
