using System.Security.Cryptography;
using System.Text.Json;
using Slipway.Diffusion.Checkpoints;
using Slipway.Diffusion.Files;
using Slipway.Diffusion.Model;
using Slipway.Diffusion.Noise;
using Slipway.Diffusion.Text;
using Slipway.Diffusion.UNets;
using Slipway.Diffusion.Vae;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Tests.Checkpoints;

/// <summary>
/// golden/tiny_sdxl_base.safetensors: a small SDXL model in a single file, written by sd-scripts. golden/diffusers_tensors.json:
/// shape and SHA-256 (first half) of each tensor of the same model as diffusers and transformers keep it, in f16.
/// </summary>
public sealed class SingleFileLayoutTests(SingleFileLayoutTests.LoadedModel loaded) : IClassFixture<SingleFileLayoutTests.LoadedModel>, IDisposable
{
    private const string Base = "tiny_sdxl_base.safetensors";
    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly SingleFileLayout _layout = new(Golden.Path(Base));

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void The_UNet_is_the_one_in_diffusers_layout()
        => AssertEqual("unet", _layout.LoadUNet(CPU, ScalarType.Float16));

    [Fact]
    public void The_autoencoder_is_the_one_in_diffusers_layout()
        => AssertEqual("vae", _layout.LoadVae(CPU));

    [Fact]
    public void The_first_text_encoder_is_the_one_of_transformers()
        => AssertEqual("text_encoder", _layout.LoadTextEncoder1(CPU, ScalarType.Float16));

    [Fact]
    public void The_second_text_encoder_is_unpacked_and_its_projection_transposed()
        => AssertEqual("text_encoder_2", _layout.LoadTextEncoder2(CPU, ScalarType.Float16));

    [Fact]
    public void A_whole_model_has_the_weights_of_its_parts_and_SDXLs_noise_schedule()
    {
        var model = Furnished();
        AssertEqual("unet", model.UNet);
        AssertEqual("text_encoder", model.TextEncoder1);
        AssertEqual("text_encoder_2", model.TextEncoder2);
        AssertEqual("vae", model.Vae);
        Assert.Equal(new NoiseConfiguration(), model.Schedule.Configuration);
        Assert.DoesNotContain(model.UNet.parameters(), parameter => parameter.requires_grad);
        Assert.False(model.UNet.training);
        Assert.Equal(ScalarType.Float32, model.Vae.parameters().First().dtype);
    }

    [Fact]
    public void One_vocabulary_does_for_both_tokenizers_whose_paddings_are_SDXLs()
    {
        var model = Furnished();
        Assert.Equal((model.Tokenizer1.EosId, 0), (model.Tokenizer1.PadId, model.Tokenizer2.PadId));
    }

    [Fact]
    public void Without_a_tokenizer_it_is_said_where_one_is_looked_for()
    {
        Furnish(_folder);
        Directory.Delete(_folder["tokenizer"], recursive: true);
        var error = Assert.Throws<FileNotFoundException>(() => Load(_folder)).Message;
        Assert.Contains("holds no tokenizer", error, StringComparison.Ordinal);
        Assert.Contains(_folder.Path, error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_comes_back_from_diffusers_layout_and_from_a_single_file()
    {
        var model = Furnished();
        new DiffusersLayout(_folder["diffusers"]).Save(model);
        ClipVocabulary.Write(_folder["diffusers/tokenizer"], [], "<|endoftext|>");
        ClipVocabulary.Write(_folder["diffusers/tokenizer_2"], [], "!");
        using var fromFolder = SdxlCheckpoint.Load(_folder["diffusers"], CPU, ScalarType.Float16);
        new SingleFileLayout(_folder["again.safetensors"]).Save(fromFolder, ScalarType.Float16);
        using var fromFile = SdxlCheckpoint.Load(_folder["again.safetensors"], CPU, ScalarType.Float16);
        AssertEqual("unet", fromFile.UNet);
        AssertEqual("text_encoder", fromFile.TextEncoder1);
        AssertEqual("text_encoder_2", fromFile.TextEncoder2);
        AssertEqual("vae", fromFile.Vae);
    }

    [Fact]
    public void A_saved_file_holds_the_tensors_of_the_one_it_was_read_from()
    {
        var model = Furnished();
        new SingleFileLayout(_folder["again.safetensors"]).Save(model, ScalarType.Float16);
        using var original = SafetensorsFile.Open(Golden.Path(Base));
        using var again = SafetensorsFile.Open(_folder["again.safetensors"]);
        // sd-scripts keeps an own temperature; SDXL does not use it.
        const string LogitScale = "conditioner.embedders.1.model.logit_scale";
        Assert.Equal(original.Tensors.Keys.Append(LogitScale).Distinct().Order(StringComparer.Ordinal), again.Tensors.Keys.Order(StringComparer.Ordinal));
        foreach (var name in original.Tensors.Keys.Where(name => name != LogitScale))
            Assert.True(original.Read(name).equal(again.Read(name)).all().item<bool>(), name);
    }

    [Fact]
    public void A_velocity_predicting_model_is_marked_and_known_by_the_mark()
    {
        var model = Furnished();
        var velocity = new SdxlModel
        {
            Tokenizer1 = model.Tokenizer1,
            Tokenizer2 = model.Tokenizer2,
            TextEncoder1 = model.TextEncoder1,
            TextEncoder2 = model.TextEncoder2,
            UNet = model.UNet,
            Vae = model.Vae,
            Schedule = new NoiseSchedule(new NoiseConfiguration { PredictionType = "v_prediction", RescaleBetasZeroSnr = true }),
            Device = CPU,
            Precision = ScalarType.Float16,
        };
        new SingleFileLayout(_folder["v.safetensors"]).Save(velocity, ScalarType.Float16);
        using var again = SdxlCheckpoint.Load(_folder["v.safetensors"], CPU, ScalarType.Float16);
        Assert.Equal(velocity.Schedule.Configuration, again.Schedule.Configuration);
    }

    [Theory]
    [InlineData("edm_vpred.sigma_max", "edm_vpred.sigma_min", "edm_vpred.sigma_max and 1 more: the model denoises in EDM's scale")]
    [InlineData("edm_mean", null, "edm_mean: the model was trained on normalised latents")]
    [InlineData("lora_unet_x.alpha", null, "lora_unet_x.alpha: a LoRA has been put into the file")]
    public void Known_tensors_of_other_models_are_refused_with_the_reason(string first, string? second, string reason)
    {
        var model = Furnished();
        var tensors = SingleFileContent.FromModel(model.TextEncoder1, model.TextEncoder2, model.UNet, model.Vae, ScalarType.Float16)
            .Concat(new[] { first, second }.OfType<string>().Select(name => PendingTensor.FromTensor(name, zeros(1))));
        SafetensorsWriter.WriteOneByOne(_folder["bad.safetensors"], tensors, null);
        var error = Assert.Throws<InvalidDataException>(() => SdxlCheckpoint.Load(_folder["bad.safetensors"], CPU, ScalarType.Float16)).Message;
        Assert.Contains($"1 tensors:\n  refused: {reason}", error, StringComparison.Ordinal);
    }

    /// <summary>Widths of 64 and 128 fit heads of 64 channels, and heads of 32 as well.</summary>
    [Fact]
    public void What_shapes_do_not_tell_is_said_unless_they_are_SDXLs_or_a_configuration_tells()
    {
        var text = new ClipTextConfiguration { VocabSize = 514, HiddenSize = 64, IntermediateSize = 64, NumHiddenLayers = 2, NumAttentionHeads = 1, ProjectionDim = 64 };
        var unet = new UNetConfiguration { BlockOutChannels = [64, 128], DownBlockTypes = ["DownBlock2D", "CrossAttnDownBlock2D"], LayersPerBlock = 1, TransformerLayersPerBlock = [1, 1], AttentionHeads = [1, 2], CrossAttentionDim = 128, AdditionTimeEmbedDim = 4, ProjectionClassEmbeddingsInputDim = 64 + 24 };
        var tensors = SingleFileContent.FromModel(new ClipTextEncoder(text), new ClipTextEncoder(text with { WithProjection = true, HiddenAct = "gelu" }), new UNet(unet), new AutoencoderKL(new VaeConfiguration { BlockOutChannels = [32, 32], LayersPerBlock = 1 }), ScalarType.Float16)
            .Select(tensor => tensor with { Make = () => zeros([.. tensor.Shape], tensor.Type) });
        SafetensorsWriter.WriteOneByOne(_folder["other.safetensors"], tensors, null);
        SmallModel.WriteTokenizers(_folder.Path);

        using (var model = SdxlCheckpoint.Load(_folder["other.safetensors"], CPU, ScalarType.Float16))
        {
            Assert.Collection(
                model.Assumptions,
                line => Assert.Contains("the first text encoder's heads (1 of 64 channels)", line, StringComparison.Ordinal),
                line => Assert.Contains("the second text encoder's heads (1 of 64 channels)", line, StringComparison.Ordinal),
                line => Assert.Contains("the UNet's heads (1, 2 of 64 channels) and groups (32), so that SDXL's are taken; if that is wrong, put unet/config.json into", line, StringComparison.Ordinal));
            new DiffusersLayout(_folder["other"]).Save(model);
        }

        using var told = SdxlCheckpoint.Load(_folder["other.safetensors"], CPU, ScalarType.Float16);
        Assert.Empty(told.Assumptions);
    }

    [Fact]
    public void An_outline_has_every_shape_and_no_memory()
    {
        var model = Furnished();
        new SingleFileLayout(_folder["again.safetensors"]).Save(model, ScalarType.Float16);
        new DiffusersLayout(_folder["diffusers"]).Save(model);
        SmallModel.WriteTokenizers(_folder["diffusers"]);
        foreach (var path in new[] { _folder["again.safetensors"], _folder["diffusers"] })
        {
            using var outline = SdxlCheckpoint.Outline(path, CPU, ScalarType.BFloat16);
            Assert.All(outline.UNet.parameters().Concat(outline.TextEncoder2.parameters()), parameter => Assert.True(parameter.is_meta && parameter.dtype == ScalarType.BFloat16));
            Assert.Equal(model.UNet.parameters().Select(parameter => parameter.numel()), outline.UNet.parameters().Select(parameter => parameter.numel()));
        }
    }

    [Fact]
    public void Everything_that_does_not_fit_is_said_at_once()
    {
        var model = Furnished();
        var tensors = SingleFileContent.FromModel(model.TextEncoder1, model.TextEncoder2, model.UNet, model.Vae, ScalarType.Float16)
            .Where(tensor => tensor.Name is not ("model.diffusion_model.out.2.bias" or "conditioner.embedders.1.model.transformer.resblocks.3.attn.in_proj_weight"))
            .Where(tensor => !tensor.Name.StartsWith("first_stage_model.", StringComparison.Ordinal))
            .Select(tensor => tensor.Name.EndsWith("text_projection", StringComparison.Ordinal) ? PendingTensor.FromTensor(tensor.Name, zeros([32, 31], ScalarType.Float16)) : tensor)
            .Append(PendingTensor.FromTensor("model_ema.decay", zeros(1)));
        SafetensorsWriter.WriteOneByOne(_folder["bad.safetensors"], tensors, null);
        Assert.Equal(
            $"""
            {_folder["bad.safetensors"]} does not fit an SDXL model, 5 tensors:
              shape: conditioner.embedders.1.model.text_projection is [32, 31], expected [32, 32]
              missing: conditioner.embedders.1.model.transformer.resblocks.3.attn.in_proj_weight [96, 32]
              missing: model.diffusion_model.out.2.bias [4]
              missing: first_stage_model.*: the file has no autoencoder; name one (`vae: FILE` in the plan)
              refused: model_ema.decay: a training's moving average, a second model beside the first; which of the two is meant only its author knows. Take the release without it ("pruned"), or write one without these tensors
            """.ReplaceLineEndings("\n"),
            Assert.Throws<InvalidDataException>(() => SdxlCheckpoint.Load(_folder["bad.safetensors"], CPU, ScalarType.Float16)).Message);
    }

    /// <summary>The model, with what belongs to its file in the test's folder too.</summary>
    private SdxlModel Furnished()
    {
        Furnish(_folder);
        return loaded.Model;
    }

    private static void Furnish(TemporaryFolder folder)
    {
        foreach (var part in new[] { "unet", "vae", "text_encoder", "text_encoder_2" })
        {
            Directory.CreateDirectory(folder[part]);
            File.Copy(Golden.Path(Path.Combine("tiny_sdxl_base", part, "config.json")), Path.Combine(folder[part], "config.json"));
        }

        ClipVocabulary.Write(folder["tokenizer"], ["boat"], "<|endoftext|>");
    }

    private static SdxlModel Load(TemporaryFolder folder) => SdxlCheckpoint.Load(Golden.Path(Base), CPU, ScalarType.Float16, folder.Path);

    private static void AssertEqual(string part, nn.Module module)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Golden.Path("diffusers_tensors.json")));
        var expected = json.RootElement.GetProperty(part).Deserialize<Dictionary<string, string>>()!;
        var actual = module.state_dict().ToDictionary(pair => pair.Key, pair => Text(pair.Value));
        // Left out of the reference's file of the text encoders, which both layouts have alike.
        actual.Remove("text_model.embeddings.token_embedding.weight");
        Assert.Equal(expected.OrderBy(pair => pair.Key, StringComparer.Ordinal), actual.OrderBy(pair => pair.Key, StringComparer.Ordinal));
    }

    private static string Text(Tensor tensor)
    {
        using var half = tensor.to(ScalarType.Float16).contiguous();
        return $"{string.Join('x', half.shape)} {Convert.ToHexStringLower(SHA256.HashData(half.bytes))[..32]}";
    }

    /// <summary>The model as it is read, for all tests: none of them changes it.</summary>
    public sealed class LoadedModel : IDisposable
    {
        private readonly TemporaryFolder _folder = new();

        public LoadedModel()
        {
            Furnish(_folder);
            Model = Load(_folder);
        }

        public SdxlModel Model { get; }

        public void Dispose()
        {
            Model.Dispose();
            _folder.Dispose();
        }
    }
}
