using System.Security.Cryptography;

namespace Slipway.Training.Tests;

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
        Assert.Equal(network.Modules.Select(m => (m.Name, m.Rank, m.Alpha)), loaded.Modules.Select(m => (m.Name, m.Rank, m.Alpha)));
        Assert.All(network.Modules.Zip(loaded.Modules), p => Assert.True(
            p.First.Down.equal(p.Second.Down).all().item<bool>() && p.First.Up.equal(p.Second.Up).all().item<bool>(), p.First.Name));
        Assert.Equal(_folder.EnumerateFiles().Select(f => f.Name), ["a.safetensors"]);
    }

    [Fact]
    public void Keys_and_shapes_are_sd_scripts()
    {
        using var network = Network();
        LoraFile.Save(network, File("a"), new Dictionary<string, string>(StringComparer.Ordinal), ScalarType.Float16);
        using var file = SafetensorsFile.Open(File("a"));
        Assert.Equal(network.Modules.Count * 3, file.Tensors.Count);
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
    public void A_file_without_alphas_means_alpha_equals_rank()
    {
        Write("b", [("lora_unet_middle_block_1_proj_in.lora_down.weight", [4, 32]), ("lora_unet_middle_block_1_proj_in.lora_up.weight", [32, 4])]);
        using var loaded = LoraFile.Load(_model, File("b"));
        Assert.Equal(4, Assert.Single(loaded.Modules).Alpha);
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

    private LoraNetwork Network()
    {
        var network = LoraNetwork.Create(_model, WithConvolutions, 1);
        using var inference = no_grad();
        foreach (var module in network.Modules)
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
