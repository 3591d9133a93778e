using Slipway.Diffusion.Files;
using Slipway.Training.LoraFiles;

namespace Slipway.Training.Tests.LoraFiles;

/// <summary>Sums of LoRA files without a model, against sd-scripts' numbers and against sums of dense matrices.</summary>
public sealed class LoraSumTests(LoraSumTests.FewLayers few) : IClassFixture<LoraSumTests.FewLayers>, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("slipway-");
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>svd_merge_lora at 0.5 and 0.5, rank 4, with its cut at 0.99.</summary>
    [Fact]
    public void A_sum_brought_to_a_rank_is_the_references()
    {
        using var numbers = SafetensorsFile.Open(Golden.Path("lora/svd_merged_0.5_0.5_rank4.subset.safetensors"));
        using var a = LoraLayers.Open(A, 0.5);
        using var b = LoraLayers.Open(B, 0.5);
        LoraSum.Write([a, b], new RankChoice { Dim = 4, ClampQuantile = 0.99 }, Out, ScalarType.Float32, cancel: Cancel);

        using var sum = LoraLayers.Open(Out);
        var keys = numbers.Tensors.Keys.Where(key => key.StartsWith("delta|", StringComparison.Ordinal)).ToList();
        Assert.Equal(14, keys.Count);
        // The reference computes in float32.
        Assert.All(keys, key => Assert.InRange(Golden.MaxError(sum.Read(key["delta|".Length..]).Dense(), numbers.Read(key)), 0, 2e-5));
    }

    [Fact]
    public void Without_a_rank_the_sum_is_exact_and_ranks_add_up()
    {
        using var a = LoraLayers.Open(few.A, 0.7);
        using var b = LoraLayers.Open(few.B, -0.3);
        var report = LoraSum.Write([a, b], null, Out, ScalarType.Float32, cancel: Cancel);

        Assert.Equal((8, 8), (report.SmallestRank, report.LargestRank));
        Assert.InRange(report.Error.Worst, 0, 1e-7);
        using var sum = LoraLayers.Open(Out);
        Assert.Equal(a.Names, sum.Names);
        Assert.All(sum.Names, name => Assert.InRange(Golden.RelativeError(sum.Read(name).Dense(), a.Read(name).Dense() + b.Read(name).Dense()), 0, 1e-6));
    }

    [Fact]
    public void Without_the_cut_a_sum_of_full_rank_is_the_sum()
    {
        using var a = LoraLayers.Open(few.A, 0.7);
        using var b = LoraLayers.Open(few.B, -0.3);
        LoraSum.Write([a, b], new RankChoice { Dim = 8 }, Out, ScalarType.Float32, cancel: Cancel);

        using var sum = LoraLayers.Open(Out);
        Assert.All(sum.Names, name => Assert.InRange(Golden.RelativeError(sum.Read(name).Dense(), a.Read(name).Dense() + b.Read(name).Dense()), 0, 1e-5));
    }

    /// <summary>A core is multiplied into down, so that a LoCon in Tucker's form is a product of two matrices too.</summary>
    [Fact]
    public void Locons_in_tuckers_form_are_added_up()
    {
        var (down, mid, up) = (randn(2, 5, 1, 1), randn(2, 2, 3, 3), randn(7, 2, 1, 1));
        Write("tucker.safetensors", ("lora_unet_a.lora_down.weight", down), ("lora_unet_a.lora_mid.weight", mid), ("lora_unet_a.lora_up.weight", up), ("lora_unet_a.alpha", tensor(1.0)));
        Write("plain.safetensors", ("lora_unet_a.lora_down.weight", randn(2, 5, 3, 3)), ("lora_unet_a.lora_up.weight", randn(7, 2, 1, 1)));
        using var tucker = LoraLayers.Open(In("tucker.safetensors"), 0.5);
        using var plain = LoraLayers.Open(In("plain.safetensors"), -2);
        var change = einsum("oa,abkl,bi->oikl", up.flatten(1), mid, down.flatten(1)).to(ScalarType.Float64) * (0.5 * 1 / 2);
        Assert.InRange(Golden.RelativeError(tucker.Read("lora_unet_a").Dense(), change), 0, 1e-6);

        LoraSum.Write([tucker, plain], null, Out, ScalarType.Float32, cancel: Cancel);

        using var sum = LoraLayers.Open(Out);
        Assert.InRange(Golden.RelativeError(sum.Read("lora_unet_a").Dense(), change + plain.Read("lora_unet_a").Dense()), 0, 1e-6);
    }

    /// <summary>Eckart and Young: what a rank loses is the singular values that it leaves out.</summary>
    [Fact]
    public void The_stated_error_is_that_of_the_file()
    {
        using var a = LoraLayers.Open(few.A, 0.7);
        using var b = LoraLayers.Open(few.B, 0.3);
        var report = LoraSum.Write([a, b], new RankChoice { Dim = 3 }, Out, ScalarType.Float16, cancel: Cancel);

        using var sum = LoraLayers.Open(Out);
        var layers = sum.Names.Select(name =>
        {
            var exact = a.Read(name).Dense().flatten(1) + b.Read(name).Dense().flatten(1);
            var left = linalg.svdvals(exact).slice(0, 3, exact.shape.Min(), 1).norm().item<double>();
            var lost = (exact - sum.Read(name).Dense().flatten(1)).norm().item<double>();
            // Halves add up to 5e-4 of each value to what the rank loses.
            Assert.InRange(lost, left - 1e-9, left + (1e-3 * exact.norm().item<double>()));
            return (Lost: lost, Norm: exact.norm().item<double>());
        }).ToList();
        Assert.Equal(layers.Max(layer => layer.Lost / layer.Norm), report.Error.Worst, 1e-9);
        Assert.Equal(layers.Average(layer => layer.Lost / layer.Norm), report.Error.Mean, 1e-9);
        Assert.Equal(Math.Sqrt(layers.Sum(layer => layer.Lost * layer.Lost) / layers.Sum(layer => layer.Norm * layer.Norm)), report.Error.Overall, 1e-9);
        Assert.InRange(report.Error.Overall, 0.1, 0.9);
    }

    [Fact]
    public void Convolutions_have_a_rank_of_their_own_and_metadata_say_so()
    {
        using var conv = LoraLayers.Open(few.Conv);
        LoraSum.Write([conv], new RankChoice { Dim = 3, ConvDim = 1 }, Out, ScalarType.BFloat16, cancel: Cancel);

        using var sum = LoraLayers.Open(Out);
        using var file = SafetensorsFile.Open(Out);
        Assert.All(sum.Names, name => Assert.Equal(sum.Read(name).IsSpatial ? 1 : 3, sum.Read(name).Rank));
        Assert.Contains(sum.Names, name => sum.Read(name).IsSpatial);
        Assert.All(file.Tensors.Values, tensor => Assert.Equal(ScalarType.BFloat16, tensor.Type));
        Assert.Equal(
            ("3", "3", """{"conv_dim": "1", "conv_alpha": "1"}""", "out", "networks.lora"),
            (file.Metadata["ss_network_dim"], file.Metadata["ss_network_alpha"], file.Metadata["ss_network_args"], file.Metadata["ss_output_name"], file.Metadata["ss_network_module"]));
        Assert.Equal(file.ModelHash(), file.Metadata["sshs_model_hash"]);
    }

    [Theory]
    [InlineData("sv_ratio", 3.0)]
    [InlineData("sv_fro", 0.9)]
    [InlineData("sv_cumulative", 0.6)]
    public void A_dynamic_rank_keeps_what_it_is_asked_to_keep(string method, double parameter)
    {
        using var a = LoraLayers.Open(few.A);
        var report = LoraSum.Write([a], new RankChoice { Dim = 4, Dynamic = new DynamicRank(method, parameter) }, Out, ScalarType.Float32, cancel: Cancel);

        using var resized = LoraLayers.Open(Out);
        Assert.InRange(report.SmallestRank, 1, report.LargestRank - 1);
        Assert.All(resized.Names, name =>
        {
            var values = a.Read(name).Decompose().Values.data<double>().ToArray();
            Assert.Equal(Math.Min(4, new DynamicRank(method, parameter).RankFor(values)), resized.Read(name).Rank);
        });
    }

    [Fact]
    public void LoRAs_of_other_models_are_refused_with_all_layers_that_differ()
    {
        Write("other.safetensors", ("lora_unet_input_blocks_4_1_proj_in.lora_up.weight", ones(7, 2)), ("lora_unet_input_blocks_4_1_proj_in.lora_down.weight", ones(2, 64)));
        using var a = LoraLayers.Open(A);
        using var other = LoraLayers.Open(In("other.safetensors"));

        var message = Assert.Throws<InvalidDataException>(() => LoraSum.Write([a, other], null, Out, ScalarType.Float32, cancel: Cancel)).Message;

        Assert.Contains("lora_unet_input_blocks_4_1_proj_in: [64, 64] in lora_a_dim4_alpha2.safetensors, [7, 64] in other.safetensors", message, StringComparison.Ordinal);
        Assert.False(File.Exists(Out));
    }

    [Fact]
    public void A_file_that_is_no_such_LoRA_is_refused_with_everything_that_is_wrong()
    {
        Write(
            "bad.safetensors",
            ("lora_unet_a.lora_up.weight", ones(4, 3)), ("lora_unet_a.lora_down.weight", ones(2, 4)),
            ("lora_unet_b.lora_up.weight", ones(4, 2)),
            ("lora_unet_c.hada_w1_a", ones(4, 2)),
            ("lora_unet_d.dora_scale", ones(4, 1)),
            ("unet.down.lora_A.weight", ones(4, 2)));

        var message = Assert.Throws<InvalidDataException>(() => LoraLayers.Open(In("bad.safetensors"))).Message;

        Assert.All(
            ["lora_unet_a: lora_up.weight [4, 3] does not fit lora_down.weight [2, 4]", "lora_unet_b: lora_down.weight is missing", "lora_unet_c.hada_w1_a", "it is a DoRA (1 magnitudes)", "unet.down.lora_A.weight"],
            part => Assert.Contains(part, message, StringComparison.Ordinal));
    }

    /// <summary>Without a model: names, kernels and alphas follow from the file alone.</summary>
    [Theory]
    [InlineData("{path}.lora_A.weight", "{path}.lora_B.weight", 2)]
    [InlineData("{blocks}.lora_down.weight", "{blocks}.lora_up.weight", 2)]
    [InlineData("{blocks}.lora_down.weight", "{blocks}.lora_up.weight", 1)]
    [InlineData("lycoris_{blocks}.lora_down.weight", "lycoris_{blocks}.lora_up.weight", 2)]
    [InlineData("diffusion_model.{native}.lora_A.weight", "diffusion_model.{native}.lora_B.weight", 2)]
    [InlineData("base_model.model.{path}.lora_A.default.weight", "base_model.model.{path}.lora_B.default.weight", 1)]
    public void Every_spelling_is_brought_to_one_before_it_is_added(string down, string up, int layersPerBlock)
    {
        var layers = SdxlLayers.All(layersPerBlock).Where(layer => layer.Path.Contains("to_out", StringComparison.Ordinal) || layer.Path.EndsWith("conv", StringComparison.Ordinal)).ToList();
        Write("own.safetensors", [.. layers.SelectMany(layer => Pair(layer, "{name}.lora_down.weight", "{name}.lora_up.weight", 1))]);
        Write("theirs.safetensors", [.. layers.SelectMany(layer => Pair(layer, down, up, 2))]);
        using var own = LoraLayers.Open(In("own.safetensors"));
        using var theirs = LoraLayers.Open(In("theirs.safetensors"), 0.5);

        var report = LoraSum.Write([own, theirs], null, Out, ScalarType.Float32, cancel: Cancel);

        Assert.Equal((layers.Count, 4), (report.Layers, report.LargestRank));
        using var sum = LoraLayers.Open(Out);
        Assert.All(sum.Names, name => Assert.InRange(Golden.RelativeError(sum.Read(name).Dense(), own.Read(name).Dense() + theirs.Read(name).Dense()), 0, 1e-6));
    }

    /// <summary>B-LoRAs have two blocks, whose numbers alone would be those of a smaller model too.</summary>
    [Fact]
    public void A_file_of_few_blocks_tells_by_its_widths_how_many_there_are()
    {
        Write("few.safetensors", ("unet.up_blocks.0.attentions.1.proj_in.lora_A.weight", ones(1, 1280)), ("unet.up_blocks.0.attentions.1.proj_in.lora_B.weight", ones(1280, 1)),
            ("unet.up_blocks.1.attentions.0.proj_in.lora_A.weight", ones(1, 640)), ("unet.up_blocks.1.attentions.0.proj_in.lora_B.weight", ones(640, 1)));
        using var blocks = LoraLayers.Open(In("few.safetensors"));
        Assert.Equal(["lora_unet_output_blocks_1_1_proj_in", "lora_unet_output_blocks_3_1_proj_in"], blocks.Names);
    }

    [Fact]
    public void Lohas_and_lokrs_become_loras_of_a_rank_with_the_error_stated()
    {
        const string conv = "lora_unet_input_blocks_1_0_in_layers_2";
        var (a, b, c, d) = (randn(6, 2), randn(2, 45), randn(6, 2), randn(2, 45));
        Write("loha.safetensors", (conv + ".hada_w1_a", a), (conv + ".hada_w1_b", b), (conv + ".hada_w2_a", c), (conv + ".hada_w2_b", d), (conv + ".alpha", tensor(1.0f)));
        var (first, second) = (randn(2, 3), randn(4, 5));
        Write("lokr.safetensors", ("lora_unet_a.lokr_w1", first), ("lora_unet_a.lokr_w2", second));
        using var loha = LoraLayers.Open(In("loha.safetensors"), 0.5);
        using var lokr = LoraLayers.Open(In("lokr.safetensors"));

        Assert.Contains("loha.safetensors is a LoHa", Assert.Throws<InvalidDataException>(() => LoraSum.Write([loha, lokr], null, Out, ScalarType.Float32, cancel: Cancel)).Message, StringComparison.Ordinal);
        var report = LoraSum.Write([loha, lokr], new RankChoice { Dim = 8, ConvDim = 4 }, Out, ScalarType.Float32, cancel: Cancel);

        // The product of two matrices of rank 2, element by element, has rank 4; Kronecker's product of these two has rank 8.
        Assert.InRange(report.Error.Worst, 0, 1e-6);
        using var sum = LoraLayers.Open(Out);
        Assert.Null(sum.DenseKind);
        Assert.InRange(Golden.RelativeError(sum.Read(conv).Dense(), (a.mm(b) * c.mm(d)).reshape(6, 5, 3, 3).to(ScalarType.Float64) * 0.5 / 2), 0, 1e-5);
        Assert.InRange(Golden.RelativeError(sum.Read("lora_unet_a").Dense(), kron(first, second).to(ScalarType.Float64)), 0, 1e-5);
    }

    [Theory]
    [InlineData(double.NaN, "lora_down.weight")]
    [InlineData(double.PositiveInfinity, "lora_up.weight")]
    [InlineData(double.NaN, "alpha")]
    public void Values_that_are_no_numbers_are_refused_by_the_layers_name(double value, string part)
    {
        var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal) { ["lora_down.weight"] = ones(2, 4), ["lora_up.weight"] = ones(4, 2), ["alpha"] = tensor(1.0f) };
        tensors[part] = tensors[part] * value;
        Write("nan.safetensors", [.. tensors.Select(tensor => ("lora_unet_a." + tensor.Key, tensor.Value))]);
        var message = Assert.Throws<InvalidDataException>(() =>
        {
            using var layers = LoraLayers.Open(In("nan.safetensors"));
            layers.Read("lora_unet_a");
        }).Message;
        Assert.Contains("nan.safetensors", message, StringComparison.Ordinal);
        Assert.Contains("lora_unet_a", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_LoRA_of_another_architecture_is_named_in_one_line()
    {
        Write("flux.safetensors", [.. Enumerable.Range(0, 30).Select(i => ($"lora_unet_double_blocks_{i}_img_attn_qkv.lora_down.weight", ones(2, 4)))]);
        Write("sd1.safetensors", ("lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn2_to_k.lora_down.weight", ones(2, 768)), ("lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn2_to_k.lora_up.weight", ones(320, 2)));
        Assert.EndsWith(
            "was made for another architecture: its layers are those of Flux (lora_unet_double_blocks_0_img_attn_qkv.lora_down.weight). Use a LoRA of SDXL.",
            Assert.Throws<InvalidDataException>(() => LoraLayers.Open(In("flux.safetensors"))).Message, StringComparison.Ordinal);
        Assert.Contains("as in Stable Diffusion 1", Assert.Throws<InvalidDataException>(() => LoraLayers.Open(In("sd1.safetensors"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_embedding_that_comes_along_is_left_out_with_a_word()
    {
        Write("bundle.safetensors", ("lora_unet_a.lora_up.weight", ones(4, 2)), ("lora_unet_a.lora_down.weight", ones(2, 4)), ("bundle_emb.sailtok.clip_l", ones(1, 4)), ("bundle_emb.sailtok.clip_g", ones(1, 4)));
        using var bundle = LoraLayers.Open(In("bundle.safetensors"));
        Assert.Equal(["lora_unet_a"], bundle.Names);
        Assert.Contains("`sailtok`", Assert.Single(bundle.Remarks), StringComparison.Ordinal);
    }

    private static IEnumerable<(string, Tensor)> Pair(LayerName layer, string down, string up, int seed)
    {
        using var generator = new Generator((ulong)seed, CPU);
        var isConvolution = layer.Path.EndsWith("conv", StringComparison.Ordinal);
        yield return (Spell(down, layer), randn(isConvolution ? [2, 8, 3, 3] : [2, 8], generator: generator));
        yield return (Spell(up, layer), randn(isConvolution ? [6, 2, 1, 1] : [6, 2], generator: generator));
    }

    private static string Spell(string pattern, LayerName layer)
    {
        var path = layer.Path;
        var isUNet = path.StartsWith("unet.", StringComparison.Ordinal);
        var native = layer.Name.Replace("lora_unet_", "", StringComparison.Ordinal).Replace("_to_out_0", ".to_out.0", StringComparison.Ordinal);
        var text = pattern.Replace("{name}", layer.Name, StringComparison.Ordinal).Replace("{path}", path, StringComparison.Ordinal);
        return isUNet
            ? text.Replace("lycoris_{blocks}", "lycoris_" + path[5..].Replace('.', '_'), StringComparison.Ordinal).Replace("{blocks}", "lora_unet_" + path[5..].Replace('.', '_'), StringComparison.Ordinal).Replace("{native}", native, StringComparison.Ordinal)
            : text.Replace("lycoris_{blocks}", layer.Name, StringComparison.Ordinal).Replace("{blocks}", layer.Name, StringComparison.Ordinal).Replace("diffusion_model.{native}", path, StringComparison.Ordinal);
    }

    [Fact]
    public void Values_that_the_precision_cannot_hold_are_refused()
    {
        Write("large.safetensors", ("lora_unet_a.lora_up.weight", full([4, 2], 1e6)), ("lora_unet_a.lora_down.weight", ones(2, 4)));
        using var large = LoraLayers.Open(In("large.safetensors"));

        Assert.Contains("lora_unet_a", Assert.Throws<InvalidDataException>(() => LoraSum.Write([large], null, Out, ScalarType.Float16, cancel: Cancel)).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.FullName, "out*"));
    }

    private static string A => Golden.Path("lora/lora_a_dim4_alpha2.safetensors");

    private static string B => Golden.Path("lora/lora_b_dim4_alpha4.safetensors");

    private string Out => In("out.safetensors");

    private void Write(string name, params (string Key, Tensor Value)[] tensors) =>
        SafetensorsWriter.Write(In(name), tensors.Select(tensor => KeyValuePair.Create(tensor.Key, tensor.Value)), null);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string In(string name) => Path.Combine(_folder.FullName, name);

    /// <summary>Every fifth layer of the reference's files: each is computed by itself, and more of them tell nothing new.</summary>
    public sealed class FewLayers : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("slipway-");

        public FewLayers() => (A, B, Conv) = (Few(LoraSumTests.A), Few(LoraSumTests.B), Few(Golden.Path("lora/lora_conv_dim4_alpha2_convdim2_convalpha1.safetensors")));

        public string A { get; }

        public string B { get; }

        public string Conv { get; }

        public void Dispose() => _folder.Delete(recursive: true);

        private string Few(string path)
        {
            using var scope = NewDisposeScope();
            using var all = SafetensorsFile.Open(path);
            var taken = all.Tensors.Keys.GroupBy(key => key.Split('.')[0], StringComparer.Ordinal).OrderBy(layer => layer.Key, StringComparer.Ordinal).Where((_, i) => i % 5 == 0).SelectMany(layer => layer);
            var few = Path.Combine(_folder.FullName, Path.GetFileName(path));
            SafetensorsWriter.Write(few, taken.Select(key => KeyValuePair.Create(key, all.Read(key))).ToList(), all.Metadata);
            return few;
        }
    }
}
