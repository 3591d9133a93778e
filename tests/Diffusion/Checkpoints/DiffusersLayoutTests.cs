using System.Text.Json;
using Slipway.Diffusion.Checkpoints;
using Slipway.Diffusion.Files;
using Slipway.Diffusion.Model;
using Slipway.Diffusion.Noise;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Tests.Checkpoints;

public sealed class DiffusersLayoutTests : IDisposable
{
    private const string UNetFile = "unet/diffusion_pytorch_model.safetensors";
    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly SdxlModel _model = SmallModel.Create(new NoiseConfiguration { PredictionType = "v_prediction", RescaleBetasZeroSnr = true });

    public DiffusersLayoutTests() => SmallModel.Write(_folder.Path, _model);

    public void Dispose()
    {
        _model.Dispose();
        _scope.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_saved_model_comes_back()
    {
        using var loaded = Load();
        SmallModel.AssertEqual(_model, loaded);
        Assert.Equal(_model.Schedule.Configuration, loaded.Schedule.Configuration);
        Assert.Equal(JsonSerializer.Serialize(_model.UNet.Configuration), JsonSerializer.Serialize(loaded.UNet.Configuration));
    }

    /// <summary>
    /// diffusers refuses weights whose metadata do not say <c>pt</c>, and transformers pools at the 49407th token, CLIP's end, unless the configuration names another.
    /// </summary>
    [Fact]
    public void A_saved_model_tells_other_tools_its_format_and_its_tokens()
    {
        foreach (var part in new[] { "unet/diffusion_pytorch_model", "vae/diffusion_pytorch_model", "text_encoder/model", "text_encoder_2/model" })
            Assert.Equal("pt", SafetensorsFile.Open(_folder[part + ".safetensors"]).Metadata["format"]);
        foreach (var (part, tokenizer) in new[] { ("text_encoder", _model.Tokenizer1), ("text_encoder_2", _model.Tokenizer2) })
        {
            using var config = JsonDocument.Parse(File.ReadAllText(_folder[$"{part}/config.json"]));
            Assert.Equal(
                [tokenizer.BosId, tokenizer.EosId, tokenizer.PadId],
                new[] { "bos_token_id", "eos_token_id", "pad_token_id" }.Select(name => config.RootElement.GetProperty(name).GetInt32()));
        }
    }

    /// <summary>
    /// The parameters of the classes that read the files: <c>UNet2DConditionModel</c>, <c>AutoencoderKL</c>, <c>EulerDiscreteScheduler</c> of diffusers, <c>CLIPTextConfig</c> of transformers (and of
    /// every configuration there what it is and what reads it). What a class has no parameter for it would ignore.
    /// </summary>
    [Theory]
    [InlineData("unet/config.json", "_class_name sample_size in_channels out_channels block_out_channels down_block_types up_block_types mid_block_type layers_per_block transformer_layers_per_block attention_head_dim cross_attention_dim addition_embed_type addition_time_embed_dim projection_class_embeddings_input_dim norm_num_groups use_linear_projection")]
    [InlineData("vae/config.json", "_class_name in_channels out_channels down_block_types up_block_types block_out_channels layers_per_block act_fn latent_channels norm_num_groups sample_size scaling_factor latents_mean latents_std force_upcast")]
    [InlineData("scheduler/scheduler_config.json", "_class_name num_train_timesteps beta_start beta_end beta_schedule trained_betas prediction_type interpolation_type use_karras_sigmas sigma_min sigma_max timestep_spacing timestep_type steps_offset rescale_betas_zero_snr")]
    [InlineData("text_encoder/config.json", "architectures model_type vocab_size hidden_size intermediate_size projection_dim num_hidden_layers num_attention_heads max_position_embeddings hidden_act layer_norm_eps pad_token_id bos_token_id eos_token_id")]
    [InlineData("text_encoder_2/config.json", "architectures model_type vocab_size hidden_size intermediate_size projection_dim num_hidden_layers num_attention_heads max_position_embeddings hidden_act layer_norm_eps pad_token_id bos_token_id eos_token_id")]
    public void A_configuration_has_no_field_that_the_class_that_reads_it_lacks(string file, string fields)
    {
        using var config = JsonDocument.Parse(File.ReadAllText(_folder[file]));
        Assert.Equal([], config.RootElement.EnumerateObject().Select(field => field.Name).Except(fields.Split(' ')));
    }

    /// <summary>What <c>StableDiffusionXLPipeline.from_pretrained</c> loads is there, each by the library and class that its own configuration names.</summary>
    [Fact]
    public void The_index_names_every_part_with_the_class_that_its_configuration_names()
    {
        using var index = JsonDocument.Parse(File.ReadAllText(_folder["model_index.json"]));
        var parts = index.RootElement.EnumerateObject().Where(part => part.Value.ValueKind == JsonValueKind.Array).ToDictionary(part => part.Name, part => part.Value.EnumerateArray().Select(text => text.GetString()).ToArray());
        Assert.Equal("StableDiffusionXLPipeline", index.RootElement.GetProperty("_class_name").GetString());
        Assert.Equal(["scheduler", "text_encoder", "text_encoder_2", "tokenizer", "tokenizer_2", "unet", "vae"], parts.Keys.Order(StringComparer.Ordinal));
        foreach (var (part, named) in parts)
        {
            var file = part switch { "scheduler" => "scheduler_config.json", "tokenizer" or "tokenizer_2" => "tokenizer_config.json", _ => "config.json" };
            using var config = JsonDocument.Parse(File.ReadAllText(_folder[$"{part}/{file}"]));
            var own = config.RootElement.TryGetProperty("architectures", out var architectures) ? architectures[0] : config.RootElement.GetProperty(file[0] == 't' ? "tokenizer_class" : "_class_name");
            Assert.Equal((named[1], part.StartsWith('t') ? "transformers" : "diffusers"), (own.GetString(), named[0]));
        }
    }

    [Fact]
    public void The_embedded_model_lies_there_as_Slipway_writes_it()
    {
        var embedded = Path.Combine(Repository.Root, "datasets", "tiny-sdxl");
        using var model = SdxlCheckpoint.Load(embedded, CPU, ScalarType.Float32);
        using var copy = new TemporaryFolder();
        new DiffusersLayout(copy.Path).Save(model);
        foreach (var file in Directory.GetFiles(copy.Path, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(copy.Path, file)))
            Assert.True(File.ReadAllBytes(Path.Combine(embedded, file)).SequenceEqual(File.ReadAllBytes(copy[file])), file);
    }

    [Theory]
    [InlineData("diffusion_pytorch_model.fp16.safetensors", ScalarType.Float16)]
    [InlineData("diffusion_pytorch_model.bf16.safetensors", ScalarType.BFloat16)]
    [InlineData("diffusion_pytorch_model.safetensors", ScalarType.Float32)]
    [InlineData("diffusion_pytorch_model.safetensors", ScalarType.Float64)]
    public void Any_precision_is_read_under_its_usual_name(string name, ScalarType type)
    {
        File.Delete(_folder[UNetFile]);
        StateDict.Save(_model.UNet, _folder[$"unet/{name}"], type: type);
        using var loaded = Load();
        // 8 bits and a sign are what bf16 keeps of a fraction: ±255/256 survives.
        SmallModel.AssertEqual(_model, loaded);
    }

    [Fact]
    public void Tensors_may_lie_in_any_order()
    {
        // The format's own order is by name; a hand-made file turns it round.
        var weights = _model.UNet.state_dict().OrderByDescending(pair => pair.Key, StringComparer.Ordinal).ToList();
        long offset = 0;
        var header = new Dictionary<string, object>();
        foreach (var (key, tensor) in weights)
            header[key] = new { dtype = "F32", tensor.shape, data_offsets = new[] { offset, offset += tensor.numel() * 4 } };
        using (var file = new BinaryWriter(File.Create(_folder[UNetFile])))
        {
            var json = JsonSerializer.SerializeToUtf8Bytes(header);
            file.Write((long)json.Length);
            file.Write(json);
            foreach (var (_, tensor) in weights)
                file.Write(tensor.bytes);
        }

        using var loaded = Load();
        SmallModel.AssertEqual(_model, loaded);
    }

    [Theory]
    [InlineData("diffusion_pytorch_model.safetensors.index.json")]
    [InlineData("diffusion_pytorch_model.fp16.safetensors.index.json")]
    [InlineData("diffusion_pytorch_model.safetensors.index.fp16.json")]
    public void Shards_are_joined_by_their_index(string index)
    {
        Shard(index);
        using var loaded = Load();
        SmallModel.AssertEqual(_model, loaded);
    }

    [Fact]
    public void An_index_that_does_not_agree_with_its_files_is_refused_for_all_of_it()
    {
        Shard("diffusion_pytorch_model.safetensors.index.json", map =>
        {
            map.Remove("conv_in.bias");
            map["ghost.weight"] = "0.safetensors";
            map["lost.weight"] = "lost.safetensors";
            map["thief.weight"] = "../../etc/x.safetensors";
        });
        var error = Assert.Throws<InvalidDataException>(Load).Message;
        Assert.Contains("index.json and its files do not agree", error, StringComparison.Ordinal);
        Assert.Contains("lost.safetensors is missing", error, StringComparison.Ordinal);
        Assert.Contains("'../../etc/x.safetensors' is no name of a file beside the index", error, StringComparison.Ordinal);
        Assert.Contains("0.safetensors has no tensor 'ghost.weight'", error, StringComparison.Ordinal);
        Assert.Contains("has the tensor 'conv_in.bias', which the index does not place there", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"weight_map":3}""")]
    [InlineData("""{"weight_map":{"a":1}}""")]
    public void A_damaged_index_is_named(string json)
    {
        File.Delete(_folder[UNetFile]);
        File.WriteAllText(_folder[UNetFile + ".index.json"], json);
        Assert.Contains("index.json is damaged", Assert.Throws<InvalidDataException>(Load).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_autoencoder_with_diffusers_former_attention_names_is_read()
    {
        var former = new Dictionary<string, string> { ["to_q"] = "query", ["to_k"] = "key", ["to_v"] = "value", ["to_out.0"] = "proj_attn" };
        var weights = _model.Vae.state_dict().Select(pair => KeyValuePair.Create(
            former.Aggregate(pair.Key, (key, names) => key.Replace($".{names.Key}.", $".{names.Value}.", StringComparison.Ordinal)), pair.Value)).ToList();
        Assert.Contains(weights, pair => pair.Key == "decoder.mid_block.attentions.0.proj_attn.bias");
        SafetensorsWriter.Write(_folder["vae/diffusion_pytorch_model.safetensors"], weights, null);
        using var loaded = Load();
        SmallModel.AssertEqual(_model, loaded);
    }

    [Fact]
    public void A_part_that_is_there_as_a_pickle_only_is_refused_with_the_reason()
    {
        File.Move(_folder[UNetFile], _folder["unet/diffusion_pytorch_model.bin"]);
        var error = Assert.Throws<InvalidDataException>(Load).Message;
        Assert.Contains("diffusion_pytorch_model.bin is a PyTorch pickle", error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_does_not_fit_is_said_of_all_parts_at_once()
    {
        SafetensorsWriter.Write(_folder[UNetFile], _model.UNet.state_dict().Where(pair => pair.Key != "conv_in.bias"), null);
        SafetensorsWriter.Write(_folder["text_encoder/model.safetensors"], _model.TextEncoder1.state_dict().Append(new("extra", zeros(1))).Append(new("text_model.embeddings.position_ids", arange(77))), null);
        Assert.Equal(
            $"{_folder["text_encoder/model.safetensors"]} does not fit text_encoder, 1 tensors:\n  unknown: extra [1]\n"
                + $"{_folder[UNetFile]} does not fit unet, 1 tensors:\n  missing: conv_in.bias [8]",
            Assert.Throws<InvalidDataException>(Load).Message);
    }

    private SdxlModel Load() => SdxlCheckpoint.Load(_folder.Path, CPU, ScalarType.Float32);

    /// <summary>Replaces the UNet's file by two of half the tensors each, and an index.</summary>
    private void Shard(string index, Action<Dictionary<string, string>>? change = null)
    {
        File.Delete(_folder[UNetFile]);
        var map = new Dictionary<string, string>();
        foreach (var (number, half) in _model.UNet.state_dict().Chunk(_model.UNet.state_dict().Count / 2 + 1).Index())
        {
            SafetensorsWriter.Write(_folder[$"unet/{number}.safetensors"], half, null);
            foreach (var (key, _) in half)
                map[key] = $"{number}.safetensors";
        }

        change?.Invoke(map);
        File.WriteAllText(_folder[$"unet/{index}"], JsonSerializer.Serialize(new { metadata = new { total_size = 1 }, weight_map = map }));
    }
}
