using Slipway.Diffusion.Noise;
using Slipway.Diffusion.Text;
using Slipway.Diffusion.UNets;
using Slipway.Diffusion.Vae;

namespace Slipway.Diffusion.Checkpoints;

/// <summary>What the configuration files of a model in diffusers' layout say.</summary>
internal static class ConfigurationContents
{
    public static Dictionary<string, object> Of(UNetConfiguration sizes) => new(StringComparer.Ordinal)
    {
        ["_class_name"] = "UNet2DConditionModel",
        ["sample_size"] = sizes.SampleSize,
        ["in_channels"] = sizes.InChannels,
        ["out_channels"] = sizes.OutChannels,
        ["block_out_channels"] = sizes.BlockOutChannels,
        ["down_block_types"] = sizes.DownBlockTypes,
        ["up_block_types"] = sizes.DownBlockTypes.Reverse().Select(type => type.Replace("Down", "Up", StringComparison.Ordinal)),
        ["mid_block_type"] = "UNetMidBlock2DCrossAttn",
        ["layers_per_block"] = sizes.LayersPerBlock,
        ["transformer_layers_per_block"] = sizes.TransformerLayersPerBlock,
        ["attention_head_dim"] = sizes.AttentionHeads,
        ["cross_attention_dim"] = sizes.CrossAttentionDim,
        ["addition_embed_type"] = "text_time",
        ["addition_time_embed_dim"] = sizes.AdditionTimeEmbedDim,
        ["projection_class_embeddings_input_dim"] = sizes.ProjectionClassEmbeddingsInputDim,
        ["norm_num_groups"] = sizes.NormNumGroups,
        ["use_linear_projection"] = true,
    };

    public static Dictionary<string, object> Of(VaeConfiguration sizes) => new(StringComparer.Ordinal)
    {
        ["_class_name"] = "AutoencoderKL",
        ["in_channels"] = sizes.InChannels,
        ["out_channels"] = sizes.InChannels,
        ["block_out_channels"] = sizes.BlockOutChannels,
        ["down_block_types"] = sizes.BlockOutChannels.Select(_ => "DownEncoderBlock2D"),
        ["up_block_types"] = sizes.BlockOutChannels.Select(_ => "UpDecoderBlock2D"),
        ["layers_per_block"] = sizes.LayersPerBlock,
        ["latent_channels"] = sizes.LatentChannels,
        ["norm_num_groups"] = sizes.NormNumGroups,
        ["scaling_factor"] = sizes.ScalingFactor,
    };

    /// <summary>With the tokens' numbers: transformers pools at its own end token, 49407, where none is named, which only CLIP's full vocabulary has.</summary>
    public static Dictionary<string, object> Of(ClipTextConfiguration sizes, ClipTokenizer tokenizer) => new(StringComparer.Ordinal)
    {
        ["architectures"] = new[] { sizes.WithProjection ? "CLIPTextModelWithProjection" : "CLIPTextModel" },
        ["model_type"] = "clip_text_model",
        ["vocab_size"] = sizes.VocabSize,
        ["hidden_size"] = sizes.HiddenSize,
        ["intermediate_size"] = sizes.IntermediateSize,
        ["num_hidden_layers"] = sizes.NumHiddenLayers,
        ["num_attention_heads"] = sizes.NumAttentionHeads,
        ["max_position_embeddings"] = sizes.MaxPositionEmbeddings,
        ["hidden_act"] = sizes.HiddenAct,
        ["projection_dim"] = sizes.ProjectionDim,
        ["bos_token_id"] = tokenizer.BosId,
        ["eos_token_id"] = tokenizer.EosId,
        ["pad_token_id"] = tokenizer.PadId,
    };

    public static Dictionary<string, object> Of(NoiseConfiguration noise) => new(StringComparer.Ordinal)
    {
        ["_class_name"] = "EulerDiscreteScheduler",
        ["num_train_timesteps"] = noise.NumTrainTimesteps,
        ["beta_start"] = noise.BetaStart,
        ["beta_end"] = noise.BetaEnd,
        ["beta_schedule"] = noise.BetaSchedule,
        ["prediction_type"] = noise.PredictionType,
        ["timestep_spacing"] = noise.TimestepSpacing,
        ["steps_offset"] = noise.StepsOffset,
        ["rescale_betas_zero_snr"] = noise.RescaleBetasZeroSnr,
    };

    public static Dictionary<string, object> Index() => new(StringComparer.Ordinal)
    {
        ["_class_name"] = "StableDiffusionXLPipeline",
        ["force_zeros_for_empty_prompt"] = true,
        ["scheduler"] = new[] { "diffusers", "EulerDiscreteScheduler" },
        ["text_encoder"] = new[] { "transformers", "CLIPTextModel" },
        ["text_encoder_2"] = new[] { "transformers", "CLIPTextModelWithProjection" },
        ["tokenizer"] = new[] { "transformers", "CLIPTokenizer" },
        ["tokenizer_2"] = new[] { "transformers", "CLIPTokenizer" },
        ["unet"] = new[] { "diffusers", "UNet2DConditionModel" },
        ["vae"] = new[] { "diffusers", "AutoencoderKL" },
    };
}
