using System.Text.Json;
using Slipway.Diffusion.Files;
using Slipway.Diffusion.Model;
using Slipway.Training.LoraFiles;
using Slipway.Training.Networks;
using Slipway.Training.Options;
using Slipway.Training.Tests.Networks;

namespace Slipway.Training.Tests.LoraFiles;

/// <summary>One network, written as other tools write it, is read as the same network.</summary>
public sealed class LoraSpellingTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly SdxlModel _model = TinyModel.Create();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("slipway-lora-");
    private readonly LoraNetwork _network;

    public LoraSpellingTests()
    {
        _network = LoraNetwork.Create(_model, new LoraOptions { NetworkDim = 4, NetworkAlpha = 2, ConvDim = 2, ConvAlpha = 1 }, 1);
        using var inference = no_grad();
        using var generator = new Generator(1, CPU);
        foreach (var module in _network.Adapters)
            module.Up.copy_(randn(module.Up.shape, generator: generator));
    }

    public void Dispose()
    {
        _network.Dispose();
        _model.Dispose();
        _scope.Dispose();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("{path}.lora_A.weight", "{path}.lora_B.weight", "{path}.alpha")]
    [InlineData("{path}.lora_A.default.weight", "{path}.lora_B.default.weight", "{path}.alpha")]
    [InlineData("base_model.model.{path}.lora_A.weight", "base_model.model.{path}.lora_B.weight", "base_model.model.{path}.alpha")]
    [InlineData("{path}.lora.down.weight", "{path}.lora.up.weight", "{path}.alpha")]
    [InlineData("{path}.lora_linear_layer.down.weight", "{path}.lora_linear_layer.up.weight", "{path}.alpha")]
    [InlineData("{processor}_lora.down.weight", "{processor}_lora.up.weight", "{path}.alpha")]
    [InlineData("{blocks}.lora_down.weight", "{blocks}.lora_up.weight", "{blocks}.alpha")]
    public void Each_spelling_of_keys_means_the_same(string down, string up, string alpha)
    {
        using var loaded = Rewritten(module =>
        [
            (Spell(down, module), module.Down),
            (Spell(up, module), module.Up),
            (Spell(alpha, module), tensor((float)module.Alpha)),
        ]);
        Same(loaded, module => module.Alpha);
    }

    [Fact]
    public void Without_an_alpha_it_is_the_rank()
    {
        using var loaded = Rewritten(Peft);
        Same(loaded, module => module.Rank);
    }

    /// <summary>diffusers since 0.34 writes PEFT's configuration into the header, each entry with its part before it.</summary>
    [Fact]
    public void Alphas_may_stand_in_the_header()
    {
        var metadata = new { unet_lora_alpha = 2, unet_alpha_pattern = new Dictionary<string, int>(StringComparer.Ordinal) { ["attn1.to_q"] = 12 }, te_lora_alpha = 7, te_2_use_rslora = true, te_2_lora_alpha = 3 };
        var json = JsonSerializer.Serialize(metadata).Replace("unet_", "unet.", StringComparison.Ordinal).Replace("te_2_", "text_encoder_2.", StringComparison.Ordinal).Replace("te_", "text_encoder.", StringComparison.Ordinal);
        using var loaded = Rewritten(Peft, new Dictionary<string, string>(StringComparer.Ordinal) { ["lora_adapter_metadata"] = json });
        Same(loaded, module => module.Target.Path switch
        {
            var path when path.EndsWith("attn1.to_q", StringComparison.Ordinal) => 12,
            var path when path.StartsWith("unet.", StringComparison.Ordinal) => 2,
            var path when path.StartsWith("text_encoder.", StringComparison.Ordinal) => 7,
            _ => 3 * Math.Sqrt(module.Rank),
        });
    }

    [Fact]
    public void Alphas_may_stand_beside_the_file_but_count_for_pefts_keys_only()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "adapter_config.json"), """{ "r": 4, "lora_alpha": 9, "alpha_pattern": {} }""");
        using var peft = Rewritten(Peft);
        Same(peft, _ => 9);
        using var kohya = Rewritten(module => [(module.Name + ".lora_down.weight", module.Down), (module.Name + ".lora_up.weight", module.Up)]);
        Same(kohya, module => module.Rank);
    }

    [Theory]
    [InlineData("[]", "is no JSON object")]
    [InlineData("{", "is no JSON:")]
    [InlineData("""{ "lora_alpha": "two" }""", "the alpha of `lora_alpha` is no number")]
    public void A_damaged_configuration_is_an_error(string json, string expected)
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "adapter_config.json"), json);
        Assert.Contains(expected, Assert.Throws<InvalidDataException>(() => Rewritten(Peft)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Branches_beside_layers_that_sd_scripts_leaves_alone_work_too()
    {
        string[] names = ["lora_unet_input_blocks_0_0", "lora_unet_time_embed_0", "lora_unet_label_emb_0_2", "lora_unet_out_2", "lora_te2_text_projection"];
        var targets = LoraTargets.All(_model).Where(target => names.Contains(target.Name)).ToList();
        Assert.Equal(names.Length, targets.Count);
        using var loaded = Load(targets.SelectMany(target => new (string, Tensor)[]
        {
            (target.Name + ".lora_down.weight", Random(31, [2, .. target.Weight.shape[1..]])),
            (target.Name + ".lora_up.weight", Random(32, [target.Weight.shape[0], 2, .. Enumerable.Repeat(1L, target.Weight.shape.Length - 2)])),
        }));
        Assert.Equal(names.Order(StringComparer.Ordinal), loaded.Adapters.Select(module => module.Name).Order(StringComparer.Ordinal));
        AttachedIsMerged(loaded);
    }

    /// <summary>LoCon in Tucker's form: up ∘ core ∘ down with the kernel in the core.</summary>
    [Fact]
    public void A_core_between_down_and_up_is_folded_into_down()
    {
        const string name = "lora_unet_middle_block_0_in_layers_2";
        var (down, core, up) = (Random(1, 3, 32, 1, 1), Random(2, 3, 3, 3, 3), Random(3, 32, 3, 1, 1));
        using var loaded = Load([(name + ".lora_down.weight", down), (name + ".lora_mid.weight", core), (name + ".lora_up.weight", up), (name + ".alpha", tensor(1.5f))]);
        var expected = einsum("oa,abkl,bi->oikl", up.flatten(1), core, down.flatten(1)) / 2;
        Assert.InRange(Golden.MaxError(Assert.Single(loaded.Adapters).Delta(), expected), 0, 1e-5);
        AttachedIsMerged(loaded);
    }

    [Fact]
    public void Linear_layers_written_as_pointwise_convolutions_are_read()
    {
        using var loaded = Load(_network.Adapters.SelectMany(module => new (string, Tensor)[]
        {
            (module.Name + ".lora_down.weight", module.Down.ndim == 2 ? module.Down.unsqueeze(-1).unsqueeze(-1) : module.Down),
            (module.Name + ".lora_up.weight", module.Up.flatten(1)),
        }));
        Same(loaded, module => module.Rank);
    }

    private static IEnumerable<(string, Tensor)> Peft(Adapter module) =>
        [(module.Target.Path + ".lora_A.weight", module.Down), (module.Target.Path + ".lora_B.weight", module.Up)];

    private static string Spell(string pattern, Adapter module)
    {
        var path = module.Target.Path;
        var trimmed = path.EndsWith(".to_out.0", StringComparison.Ordinal) ? path[..^2] : path;
        var processor = trimmed.LastIndexOf(".to_", StringComparison.Ordinal) is >= 0 and var at ? trimmed[..at] + ".processor" + trimmed[at..] : path;
        var encoder = path.StartsWith("text_encoder", StringComparison.Ordinal)
            ? processor.Replace(".self_attn.q_proj", ".self_attn.to_q", StringComparison.Ordinal).Replace(".self_attn.out_proj", ".self_attn.to_out", StringComparison.Ordinal)
            : processor;
        var blocks = path.StartsWith("unet.", StringComparison.Ordinal) ? "lora_unet_" + path["unet.".Length..].Replace('.', '_') : module.Name;
        return pattern.Replace("{path}", path, StringComparison.Ordinal).Replace("{processor}", encoder, StringComparison.Ordinal).Replace("{blocks}", blocks, StringComparison.Ordinal);
    }

    private LoraNetwork Rewritten(Func<Adapter, IEnumerable<(string, Tensor)>> write, IReadOnlyDictionary<string, string>? metadata = null) =>
        Load(_network.Adapters.SelectMany(write), metadata);

    private LoraNetwork Load(IEnumerable<(string Name, Tensor Values)> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var path = Path.Combine(_folder.FullName, "x.safetensors");
        SafetensorsWriter.Write(path, tensors.Select(t => KeyValuePair.Create(t.Name, t.Values.detach())), metadata);
        return LoraFile.Load(_model, path);
    }

    private void Same(LoraNetwork loaded, Func<Adapter, double> alpha)
    {
        Assert.Equal(_network.Adapters.Select(m => (m.Name, alpha(m))), loaded.Adapters.Select(m => (m.Name, m.Alpha)));
        Assert.All(_network.Adapters.Zip(loaded.Adapters), pair => Assert.Equal(0, Golden.MaxError(pair.First.Down, pair.Second.Down) + Golden.MaxError(pair.First.Up, pair.Second.Up)));
    }

    private void AttachedIsMerged(LoraNetwork network)
    {
        using var inference = no_grad();
        var plain = Predict();
        network.Attach();
        var attached = Predict();
        network.Detach();
        using (network.Merge())
            Assert.InRange(Golden.RelativeError(attached, Predict()), 0, 1e-4);
        Assert.InRange(Golden.RelativeError(attached, plain), 1e-3, double.MaxValue);
    }

    private Tensor Predict()
    {
        using var conditioning = new PromptEncoder(_model).Encode(["a boat", "a beach"]);
        return _model.UNet.call(Random(2, 2, 4, 8, 8), tensor(new long[] { 10, 900 }), conditioning.Context, conditioning.Pooled, ones(2, 6).mul_(16));
    }

    private static Tensor Random(ulong seed, params long[] shape)
    {
        using var generator = new Generator(seed, CPU);
        return randn(shape, generator: generator);
    }
}
