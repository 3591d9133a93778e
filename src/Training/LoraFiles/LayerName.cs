namespace Slipway.Training.LoraFiles;

/// <summary>What a layer of SDXL is called.</summary>
/// <param name="Name">By sd-scripts: <c>lora_unet_input_blocks_4_1_proj_in</c>.</param>
/// <param name="Path">By diffusers, with the part of the model before it: <c>unet.down_blocks.1.attentions.0.proj_in</c>.</param>
internal readonly record struct LayerName(string Name, string Path);
