using Slipway.Diffusion.Files;
using Slipway.Training.LoraFiles;

namespace Slipway.Training.Tests.LoraFiles;

/// <summary>Sums of LoRA files without a model, against sd-scripts' numbers and against sums of dense matrices.</summary>
public sealed class LoraSumTests : IDisposable
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
        using var a = LoraLayers.Open(A, 0.7);
        using var b = LoraLayers.Open(B, -0.3);
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
        using var a = LoraLayers.Open(A, 0.7);
        using var b = LoraLayers.Open(B, -0.3);
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
        using var a = LoraLayers.Open(A, 0.7);
        using var b = LoraLayers.Open(B, 0.3);
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
        using var conv = LoraLayers.Open(Conv);
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
        using var a = LoraLayers.Open(A);
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

    private static string Conv => Golden.Path("lora/lora_conv_dim4_alpha2_convdim2_convalpha1.safetensors");

    private string Out => In("out.safetensors");

    private void Write(string name, params (string Key, Tensor Value)[] tensors) =>
        SafetensorsWriter.Write(In(name), tensors.Select(tensor => KeyValuePair.Create(tensor.Key, tensor.Value)), null);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string In(string name) => Path.Combine(_folder.FullName, name);
}
