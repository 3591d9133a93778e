using Slipway.Diffusion.Checkpoints;
using Slipway.Diffusion.Files;
using Slipway.Training.LoraFiles;
using Slipway.Training.Networks;

namespace Slipway.Training.Tests.LoraFiles;

/// <summary>LoRAs taken from checkpoints and put into them, layer by layer, against sd-scripts' numbers.</summary>
public sealed class ModelDifferenceTests(ModelDifferenceTests.MergedModel merged) : IClassFixture<ModelDifferenceTests.MergedModel>, IDisposable
{
    private static readonly string Base = Golden.Path("tiny_sdxl_base.safetensors");
    private static readonly string A = Golden.Path("lora/lora_a_dim4_alpha2.safetensors");
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("slipway-");
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>extract_lora_from_models on the model and the model with a merged into it, rank 4, cut at 0.99.</summary>
    [Fact]
    public void A_difference_is_the_references()
    {
        using var numbers = SafetensorsFile.Open(Golden.Path("lora/extracted_dim4.subset.safetensors"));
        ModelDifference.Write(Base, merged.Path, new RankChoice { Dim = 4, ClampQuantile = 0.99 }, Out, ScalarType.Float32, cancel: Cancel);

        using var extracted = LoraLayers.Open(Out);
        var keys = numbers.Tensors.Keys.Where(key => key.StartsWith("delta|", StringComparison.Ordinal)).ToList();
        Assert.Equal(14, keys.Count);
        Assert.Equal(456, extracted.Names.Count);
        Assert.All(keys, key => Assert.InRange(Golden.MaxError(extracted.Read(key["delta|".Length..]).Dense(), numbers.Read(key)), 0, 2e-5));
    }

    [Fact]
    public void What_was_merged_is_extracted_again()
    {
        CheckpointMerge.Write(Base, [(A, 0.5), (A, 0.5)], Tuned, ScalarType.Float32, cancel: Cancel);
        var report = ModelDifference.Write(Base, Tuned, new RankChoice { Dim = 4 }, Out, ScalarType.Float32, cancel: Cancel);

        // Weights of about 1 hold changes of about 0.1 with 24 bits.
        Assert.InRange(report.Error.Overall, 0, 1e-5);
        using var before = LoraLayers.Open(A);
        using var after = LoraLayers.Open(Out);
        Assert.Equal(before.Names, after.Names);
        Assert.All(before.Names, name => Assert.InRange(before.Read(name).Less(after.Read(name)).Norm() / before.Read(name).Norm(), 0, 1e-5));
    }

    [Fact]
    public void Merged_weights_are_the_references_and_all_else_is_copied()
    {
        using var samples = SafetensorsFile.Open(Golden.Path("lora/merged_weight_samples.safetensors"));
        using var original = SafetensorsFile.Open(Base);
        using var written = SafetensorsFile.Open(merged.Path);
        using var model = ModelWeights.Open(merged.Path);
        var paths = LoraTargets.All(model.TextEncoder1, model.TextEncoder2, model.UNet).ToDictionary(target => target.Name, target => target.Path + ".weight", StringComparer.Ordinal);
        var keys = samples.Tensors.Keys.Where(key => key.StartsWith("a_1.0", StringComparison.Ordinal)).ToList();
        Assert.Equal(5, keys.Count);
        Assert.All(keys, key => Assert.InRange(Golden.MaxError(model.Read(paths[Name(key)], ScalarType.Float32), samples.Read(key)), 0, 1e-6));
        Assert.Equal(original.Tensors.Keys.Order(StringComparer.Ordinal), written.Tensors.Keys.Order(StringComparer.Ordinal));
        var changed = original.Tensors.Keys.Where(key => !original.Read(key, ScalarType.Float64).equal(written.Read(key, ScalarType.Float64)).all().item<bool>()).ToList();
        Assert.Equal(merged.Report.Layers, changed.Count);
        Assert.DoesNotContain(changed, key => key.EndsWith(".bias", StringComparison.Ordinal) || key.StartsWith("first_stage_model", StringComparison.Ordinal));
    }

    [Fact]
    public void A_checkpoint_keeps_its_types_and_states_what_rounding_costs()
    {
        var report = CheckpointMerge.Write(Base, [(A, 1)], Tuned, precision: null, cancel: Cancel);

        using var original = SafetensorsFile.Open(Base);
        using var rounded = SafetensorsFile.Open(Tuned);
        Assert.All(original.Tensors.Values, tensor => Assert.Equal(tensor.Type, rounded.Tensors[tensor.Name].Type));
        Assert.Equal("pt", rounded.Metadata["format"]);
        Assert.InRange(report.Error.Overall, 1e-5, 1e-2);
    }

    [Fact]
    public void Equal_models_have_no_difference() => Assert.Contains(
        "in no layer that a LoRA can change",
        Assert.Throws<InvalidDataException>(() => ModelDifference.Write(Base, Base, new RankChoice { Dim = 4 }, Out, ScalarType.Float32, cancel: Cancel)).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Models_of_other_sizes_have_no_difference()
    {
        using (var other = TinyModel.Create())
            new DiffusersLayout(In("other")).Save(other);
        Assert.Contains(
            "lora_unet_input_blocks_5_1_proj_in: [64, 64] and missing",
            Assert.Throws<InvalidDataException>(() => ModelDifference.Write(Base, In("other"), new RankChoice { Dim = 4 }, Out, ScalarType.Float32, cancel: Cancel)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_LoRA_of_another_model_is_refused_before_anything_is_written()
    {
        SafetensorsWriter.Write(
            In("other.safetensors"),
            [new("lora_unet_input_blocks_4_1_proj_in.lora_up.weight", ones(7, 2)), new("lora_unet_input_blocks_4_1_proj_in.lora_down.weight", ones(2, 64)), new("lora_unet_nowhere.lora_up.weight", ones(7, 2))],
            null);

        var message = Assert.Throws<InvalidDataException>(() => CheckpointMerge.Write(Base, [(In("other.safetensors"), 1)], Tuned, null, cancel: Cancel)).Message;

        Assert.Contains("lora_unet_input_blocks_4_1_proj_in.lora_up.weight: expected [64, 2], found [7, 2]", message, StringComparison.Ordinal);
        Assert.Contains("lora_unet_nowhere", message, StringComparison.Ordinal);
        Assert.False(File.Exists(Tuned));
    }

    private string Tuned => In("tuned.safetensors");

    private string Out => In("out.safetensors");

    private static string Name(string sample)
    {
        var parts = sample.Split('|');
        return $"lora_{parts[1]}_{parts[2][..^".weight".Length].Replace('.', '_')}";
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string In(string name) => Path.Combine(_folder.FullName, name);

    /// <summary>The model with a merged into it at full strength, written once for the tests that read it.</summary>
    public sealed class MergedModel : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("slipway-");

        public MergedModel() => Report = CheckpointMerge.Write(Base, [(A, 1)], Path, ScalarType.Float32, cancel: CancellationToken.None);

        public string Path => System.IO.Path.Combine(_folder.FullName, "merged.safetensors");

        public LoraFileReport Report { get; }

        public void Dispose() => _folder.Delete(recursive: true);
    }
}
