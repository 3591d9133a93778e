using System.Text.Json;
using System.Text.Json.Serialization;
using TorchSharp;
using static TorchSharp.torch;

namespace Slipway.Diffusion;

/// <summary>
/// An SDXL model as diffusers lays it out: a folder a part, each with its <c>config.json</c> and weights.
/// </summary>
/// <param name="folder">The model's folder.</param>
public sealed class DiffusersLayout(string folder)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Reads every part; sizes come from the configurations, weights from the safetensors files.</summary>
    public SdxlModel Load(Device device, ScalarType precision)
    {
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"Model folder '{folder}' does not exist. Expected a folder in diffusers' layout (unet/, vae/, text_encoder/, …).");
        }

        return new SdxlModel
        {
            Tokenizer1 = ClipTokenizer.Load(Path.Combine(folder, "tokenizer")),
            Tokenizer2 = ClipTokenizer.Load(Path.Combine(folder, "tokenizer_2")),
            TextEncoder1 = Fill(new ClipTextEncoder(TextConfiguration("text_encoder", withProjection: false)), "text_encoder", "model", device, precision),
            TextEncoder2 = Fill(new ClipTextEncoder(TextConfiguration("text_encoder_2", withProjection: true)), "text_encoder_2", "model", device, precision),
            UNet = Fill(new UNet(ConfigurationFiles.UNet(Existing("unet", "config.json"))), "unet", "diffusion_pytorch_model", device, precision),
            Vae = LoadVae(device),
            Schedule = new NoiseSchedule(ConfigurationFiles.Noise(Existing("scheduler", "scheduler_config.json"))),
            Device = device,
            Precision = precision,
        };
    }

    /// <summary>Writes every part in f16, atomically file by file; the tokenizers are the caller's to write.</summary>
    public void Save(SdxlModel model)
    {
        Write("unet", "config.json", UNetJson(model.UNet.Configuration));
        SaveVae(model.Vae);
        Write("text_encoder", "config.json", TextJson(model.TextEncoder1.Configuration));
        Write("text_encoder_2", "config.json", TextJson(model.TextEncoder2.Configuration));
        Write("scheduler", "scheduler_config.json", SchedulerJson(model.Schedule.Configuration));
        Write(".", "model_index.json", IndexJson());
        Save(model.UNet, "unet", "diffusion_pytorch_model");
        Save(model.TextEncoder1, "text_encoder", "model");
        Save(model.TextEncoder2, "text_encoder_2", "model");
    }

    /// <summary>Reads the autoencoder alone.</summary>
    public AutoencoderKL LoadVae(Device device)
        => Fill(new AutoencoderKL(ConfigurationFiles.Vae(Existing("vae", "config.json"))), "vae", "diffusion_pytorch_model", device, ScalarType.Float32);

    /// <summary>Writes the autoencoder alone, in f16.</summary>
    public void SaveVae(AutoencoderKL vae)
    {
        Write("vae", "config.json", VaeJson(vae.Configuration));
        Save(vae, "vae", "diffusion_pytorch_model");
    }

    private static Dictionary<string, object> UNetJson(UNetConfiguration sizes) => new(StringComparer.Ordinal)
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

    private static Dictionary<string, object> VaeJson(VaeConfiguration sizes) => new(StringComparer.Ordinal)
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

    private static Dictionary<string, object> TextJson(ClipTextConfiguration sizes) => new(StringComparer.Ordinal)
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
    };

    private static Dictionary<string, object> SchedulerJson(NoiseConfiguration noise) => new(StringComparer.Ordinal)
    {
        ["_class_name"] = "EulerDiscreteScheduler",
        ["num_train_timesteps"] = noise.NumTrainTimesteps,
        ["beta_start"] = noise.BetaStart,
        ["beta_end"] = noise.BetaEnd,
        ["beta_schedule"] = noise.BetaSchedule,
        ["prediction_type"] = noise.PredictionType,
        ["timestep_spacing"] = noise.TimestepSpacing,
        ["steps_offset"] = noise.StepsOffset,
    };

    private static Dictionary<string, object> IndexJson() => new(StringComparer.Ordinal)
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

    private ClipTextConfiguration TextConfiguration(string part, bool withProjection)
        => ConfigurationFiles.Text(Existing(part, "config.json"), withProjection);

    private string Existing(string part, string file)
    {
        var path = Path.Combine(folder, part, file);
        return File.Exists(path)
            ? path
            : throw new FileNotFoundException($"Model '{folder}' has no '{part}/{file}'. Expected diffusers' layout.", path);
    }

    private T Fill<T>(T module, string part, string name, Device device, ScalarType precision)
        where T : nn.Module
    {
        var file = new[] { $"{name}.safetensors", $"{name}.fp16.safetensors" }
            .Select(candidate => Path.Combine(folder, part, candidate))
            .FirstOrDefault(File.Exists)
            ?? throw new FileNotFoundException($"Model '{folder}' has no '{part}/{name}.safetensors'.");
        using var weights = SafetensorsFile.Open(file);
        Gradients.Require(module, false);
        module.to(precision);
        StateDict.Load(module, weights, part, device: device);
        module.eval();
        return module;
    }

    private void Write(string part, string file, Dictionary<string, object> content)
    {
        Directory.CreateDirectory(Path.Combine(folder, part));
        File.WriteAllText(Path.Combine(folder, part, file), JsonSerializer.Serialize(content, Json) + "\n");
    }

    private void Save(nn.Module module, string part, string name)
    {
        using var scope = NewDisposeScope();
        var tensors = module.state_dict().ToDictionary(
            entry => entry.Key, entry => entry.Value.detach().to(ScalarType.Float16), StringComparer.Ordinal);
        SafetensorsWriter.Write(Path.Combine(folder, part, name + ".safetensors"), tensors, null);
    }
}
