using System.Security.Cryptography;
using Slipway.Diffusion.Files;
using Slipway.Diffusion.Model;
using Slipway.Training.LoraFiles;
using Slipway.Training.Networks;
using Slipway.Training.Options;
using Slipway.Training.Tests.Networks;

namespace Slipway.Training.Tests.LoraFiles;

public sealed class LoraFileTests : IDisposable
{
    private static readonly LoraOptions WithConvolutions = new() { NetworkDim = 4, NetworkAlpha = 2, ConvDim = 2, ConvAlpha = 1 };
    private readonly SdxlModel _model = TinyModel.Create();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("slipway-lora-");

    public void Dispose()
    {
        _model.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void What_is_written_reads_back_bit_by_bit()
    {
        using var scope = NewDisposeScope();
        using var network = Network();
        LoraFile.Save(network, File("a"), new Dictionary<string, string>(StringComparer.Ordinal) { ["ss_seed"] = "42" });
        using var loaded = LoraFile.Load(_model, File("a"));
        Assert.Equal(network.Adapters.Select(m => (m.Name, m.Rank, m.Alpha)), loaded.Adapters.Select(m => (m.Name, m.Rank, m.Alpha)));
        Assert.All(network.Adapters.Zip(loaded.Adapters), p => Assert.True(
            p.First.Down.equal(p.Second.Down).all().item<bool>() && p.First.Up.equal(p.Second.Up).all().item<bool>(), p.First.Name));
        Assert.Equal(_folder.EnumerateFiles().Select(f => f.Name), ["a.safetensors"]);
    }

    [Fact]
    public void Keys_and_shapes_are_sd_scripts()
    {
        using var network = Network();
        LoraFile.Save(network, File("a"), new Dictionary<string, string>(StringComparer.Ordinal), ScalarType.Float16);
        using var file = SafetensorsFile.Open(File("a"));
        Assert.Equal(network.Adapters.Count * 3, file.Tensors.Count);
        Assert.Equal([], file.Tensors["lora_unet_middle_block_1_proj_in.alpha"].Shape);
        Assert.Equal([4, 32], file.Tensors["lora_unet_middle_block_1_proj_in.lora_down.weight"].Shape);
        Assert.Equal([32, 2, 1, 1], file.Tensors["lora_unet_middle_block_0_in_layers_2.lora_up.weight"].Shape);
        Assert.All(file.Tensors.Values, t => Assert.Equal(ScalarType.Float16, t.Type));
    }

    [Fact]
    public void Model_hash_is_of_the_bytes_behind_the_header_and_legacy_hash_of_nothing_in_a_small_file()
    {
        using var network = Network();
        LoraFile.Save(network, File("a"), new Dictionary<string, string>(StringComparer.Ordinal) { ["ss_seed"] = "42", ["modelspec.title"] = "a" });
        using var file = SafetensorsFile.Open(File("a"));
        var bytes = System.IO.File.ReadAllBytes(File("a"));
        var data = bytes.AsSpan(8 + (int)BitConverter.ToInt64(bytes));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(data)), file.Metadata["sshs_model_hash"]);
        Assert.Equal("e3b0c442", file.Metadata["sshs_legacy_hash"]);
        Assert.Equal("a", file.Metadata["modelspec.title"]);
    }

    [Fact]
    public void ModelSpec_s_hash_is_filled_in_where_it_is_wanted()
    {
        using var network = Network();
        LoraFile.Save(network, File("a"), new Dictionary<string, string>(StringComparer.Ordinal) { ["modelspec.hash_sha256"] = "" }, LoraFile.TypeOf("bf16"));
        using var file = SafetensorsFile.Open(File("a"));
        Assert.Equal("0x" + file.Metadata["sshs_model_hash"], file.Metadata["modelspec.hash_sha256"]);
        Assert.All(file.Tensors.Values, t => Assert.Equal(ScalarType.BFloat16, t.Type));
    }

    [Fact]
    public void A_file_without_alphas_means_alpha_equals_rank()
    {
        Write("b", [("lora_unet_middle_block_1_proj_in.lora_down.weight", [4, 32]), ("lora_unet_middle_block_1_proj_in.lora_up.weight", [32, 4])]);
        using var loaded = LoraFile.Load(_model, File("b"));
        Assert.Equal(4, Assert.Single(loaded.Adapters).Alpha);
    }

    [Fact]
    public void All_that_does_not_fit_the_model_is_listed()
    {
        Write("b",
        [
            ("lora_unet_middle_block_1_proj_in.lora_down.weight", [4, 31]), ("lora_unet_middle_block_1_proj_in.lora_up.weight", [32, 4]),
            ("lora_unet_middle_block_1_proj_out.lora_down.weight", [4, 32]),
            ("lora_unet_input_blocks_99_1_proj_in.alpha", []),
            ("something.else", [1]),
        ]);
        var message = Assert.Throws<InvalidDataException>(() => LoraFile.Load(_model, File("b"))).Message;
        Assert.Contains("lora_unet_middle_block_1_proj_in.lora_down.weight: expected [4, 32], found [4, 31]", message, StringComparison.Ordinal);
        Assert.Contains("lora_unet_middle_block_1_proj_out.lora_up.weight: missing", message, StringComparison.Ordinal);
        Assert.Contains("lora_unet_input_blocks_99_1_proj_in.alpha: the model has no such layer", message, StringComparison.Ordinal);
        Assert.Contains("something.else: the model has no such layer", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lokr_t1", "LoKr with a core in its first matrix")]
    [InlineData("oft_blocks", "OFT")]
    [InlineData("diff", "a full difference of weights")]
    public void What_is_no_lora_is_named_by_its_kind_and_keys(string part, string kind)
    {
        Write("b", Enumerable.Range(0, 12).Select(i => ($"lora_unet_x{i:D2}.{part}", new long[] { 1 })));
        var message = Assert.Throws<InvalidDataException>(() => LoraFile.Load(_model, File("b"))).Message;
        Assert.Contains($"12 keys of {kind}, which is not understood: lora_unet_x00.{part}, ", message, StringComparison.Ordinal);
        Assert.Contains($"lora_unet_x09.{part} and 2 more", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_something_else_two_spellings_of_one_tensor_and_an_alpha_of_many_are_errors()
    {
        const string name = "lora_unet_middle_block_1_proj_in";
        Write("empty", []);
        Assert.Contains("holds no tensor of a LoRA", Assert.Throws<InvalidDataException>(() => LoraFile.Load(_model, File("empty"))).Message, StringComparison.Ordinal);
        Write("b", [(name + ".lora_down.weight", [4, 32]), (name + ".lora_up.weight", [32, 4]), (name + ".alpha", [2]), ("unet.mid_block.attentions.0.proj_in.lora_A.weight", [4, 32])]);
        var message = Assert.Throws<InvalidDataException>(() => LoraFile.Load(_model, File("b"))).Message;
        Assert.Contains("is there twice", message, StringComparison.Ordinal);
        Assert.Contains($"{name}.alpha: expected a single finite number, found [2]", message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_alpha_that_is_no_number_is_told_as_what_it_is()
    {
        const string name = "lora_unet_middle_block_1_proj_in";
        using var scope = NewDisposeScope();
        SafetensorsWriter.Write(
            File("nan"),
            [KeyValuePair.Create(name + ".lora_down.weight", ones(4, 32)), KeyValuePair.Create(name + ".lora_up.weight", ones(32, 4)), KeyValuePair.Create(name + ".alpha", tensor(float.NaN))],
            null);
        Assert.Contains($"{name}.alpha: expected a single finite number, found NaN", Assert.Throws<InvalidDataException>(() => LoraFile.Load(_model, File("nan"))).Message, StringComparison.Ordinal);
    }

    /// <summary>golden/lora: read and written again, the reference's file keeps its hashes, whatever else its metadata say.</summary>
    [Fact]
    public void The_references_file_keeps_its_hashes_and_metadata()
    {
        using var model = TinyModel.Reference();
        using var network = LoraFile.Load(model, Golden.Path(Path.Combine("lora", "lora_a_dim4_alpha2.safetensors")));
        Assert.Equal("networks.lora", network.Metadata["ss_network_module"]);
        LoraFile.Save(network, File("a"), new Dictionary<string, string>(network.Metadata, StringComparer.Ordinal) { ["sshs_model_hash"] = "wrong", ["modelspec.title"] = "a" });
        using var file = SafetensorsFile.Open(File("a"));
        Assert.Equal("cc9a575f5b33d5062e451d419402929f1d72e4e08d838f33a88cbca923c5dec3", file.Metadata["sshs_model_hash"]);
        Assert.Equal("ca24fd03", file.Metadata["sshs_legacy_hash"]);
        Assert.Equal(file.Metadata["sshs_model_hash"], file.ModelHash());
        Assert.Equal("2.0", file.Metadata["ss_network_alpha"]);
    }

    [Theory]
    [InlineData(ScalarType.Float16, 1e-3)]
    [InlineData(ScalarType.BFloat16, 8e-3)]
    public void Half_precisions_round_every_tensor(ScalarType precision, double tolerance)
    {
        using var scope = NewDisposeScope();
        using var network = Network();
        LoraFile.Save(network, File("a"), network.Metadata, precision);
        using (var file = SafetensorsFile.Open(File("a")))
            Assert.All(file.Tensors.Values, t => Assert.Equal(precision, t.Type));
        using var loaded = LoraFile.Load(_model, File("a"));
        Assert.All(network.Adapters.Zip(loaded.Adapters), p => Assert.InRange(Golden.RelativeError(p.Second.Down, p.First.Down), 0, tolerance));
    }

    [Fact]
    public void Other_precisions_are_refused_and_an_alpha_of_zero_is_the_rank()
    {
        using var network = Network();
        Assert.Contains("not as Float64", Assert.Throws<ArgumentException>(() => LoraFile.Save(network, File("a"), network.Metadata, ScalarType.Float64)).Message, StringComparison.Ordinal);
        const string name = "lora_unet_middle_block_1_proj_in";
        using var scope = NewDisposeScope();
        SafetensorsWriter.Write(File("b"), [new(name + ".lora_down.weight", ones(4, 32)), new(name + ".lora_up.weight", ones(32, 4)), new(name + ".alpha", tensor(0f))], null);
        using var loaded = LoraFile.Load(_model, File("b"));
        Assert.Equal(4, Assert.Single(loaded.Adapters).Alpha);
    }

    private LoraNetwork Network()
    {
        var network = LoraNetwork.Create(_model, WithConvolutions, 1);
        using var inference = no_grad();
        foreach (var module in network.Adapters)
            module.Up.fill_(0.25);
        return network;
    }

    private string File(string name) => Path.Combine(_folder.FullName, name + ".safetensors");

    private void Write(string name, IEnumerable<(string Name, long[] Shape)> tensors)
    {
        using var scope = NewDisposeScope();
        SafetensorsWriter.Write(File(name), tensors.Select(t => KeyValuePair.Create(t.Name, ones(t.Shape))), null);
    }
}
