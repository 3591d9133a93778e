using System.Security.Cryptography;
using System.Text.Json;
using Slipway.Diffusion.Files;

namespace Slipway.EndToEnd.Tests;

/// <summary>What a LoRA file says of where it comes from.</summary>
public sealed class ProvenanceTests(FinishedWorkspace finished) : IDisposable
{
    private readonly Workspace _workspace = finished.Copy();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void A_LoRA_names_the_hash_of_everything_that_it_was_made_of()
    {
        var manifest = Map(MetadataOf("v03")["slipway.manifest"]);

        const string Folder = "0/1_sail_kun_with_background";
        string[] roles = [.. Enumerable.Range(0, 3).SelectMany(i => new[] { $"image/{Folder}/00{i}.png", $"caption/{Folder}/00{i}.png" }), "base_model/unet/weights"];
        Assert.All(roles, role => Assert.Contains(role, manifest));
        Assert.Equal(Sha256("artifacts/dataset/1_sail_kun_with_background/001.png"), manifest[$"image/{Folder}/001.png"]);
        Assert.Equal(Sha256("artifacts/dataset/1_sail_kun_with_background/001.txt"), manifest[$"caption/{Folder}/001.png"]);
        Assert.Equal(Sha256("datasets/tiny-sdxl/unet/diffusion_pytorch_model.safetensors"), manifest["base_model/unet/weights"]);
    }

    [Fact]
    public void It_names_the_versions_and_its_key_and_neither_path_nor_time()
    {
        var metadata = MetadataOf("v03");

        Assert.Matches("^[0-9a-f]{64}$", metadata["slipway.fingerprint"]);
        Assert.NotEqual(metadata["slipway.fingerprint"], MetadataOf("v02")["slipway.fingerprint"]);
        Assert.Equal(["slipway", "torchsharp", "libtorch"], Map(metadata["slipway.versions"]).Keys);
        Assert.All(Map(metadata["slipway.versions"]).Values, version => Assert.Matches(@"^\d+\.\d+", version));
        Assert.DoesNotContain(metadata.Values, value => value.Contains(_workspace.Root, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_salt_changes_the_key_and_can_be_reproduced()
    {
        var before = MetadataOf("v01")["slipway.fingerprint"];
        _workspace.Edit(("salt", "pepper"));
        using var pipeline = SlipwayPipeline.Open(_workspace["lora.pipeline.yaml"], new PipelineOptions(), new RecordingSink());

        Assert.Null(await pipeline.ReproduceAsync("v01", TestContext.Current.CancellationToken));

        Assert.NotEqual(before, MetadataOf("v01")["slipway.fingerprint"]);
    }

    /// <summary>By its own metadata and the cache, and by its metadata alone.</summary>
    [Fact]
    public async Task A_file_is_made_again_where_all_is_as_it_was_and_else_what_is_not_is_listed()
    {
        File.Copy(_workspace["artifacts/lora/sail_kun_v01.safetensors"], _workspace["theirs.safetensors"]);
        using (var pipeline = SlipwayPipeline.Open(_workspace["lora.pipeline.yaml"], new PipelineOptions(), new RecordingSink()))
        {
            var made = await pipeline.ReproduceFileAsync(_workspace["theirs.safetensors"], TestContext.Current.CancellationToken);
            Assert.Equal(("v01", null), (made.Name, made.Bytes));
            Assert.Empty(made.Differences);
        }

        _workspace.Edit(("versions.v01.network_alpha", "3"));
        Assert.Contains(await DifferencesAsync(), line => line.StartsWith("`network_alpha` ", StringComparison.Ordinal) && line.EndsWith(" → 3", StringComparison.Ordinal));
        Directory.Delete(_workspace[".slipway/ac"], recursive: true);
        Assert.Contains(await DifferencesAsync(), line => line.StartsWith("`ss_network_alpha` ", StringComparison.Ordinal) && line.Contains(" → 3", StringComparison.Ordinal));
        File.Delete(_workspace["datasets/sail_kun/sail_kun.png"]);
        Assert.Collection(
            await DifferencesAsync(),
            line => Assert.StartsWith("The sprite 'datasets/sail_kun/sail_kun.png' does not exist", line, StringComparison.Ordinal),
            line => Assert.StartsWith("`ss_network_alpha` ", line, StringComparison.Ordinal));

        async Task<IReadOnlyList<string>> DifferencesAsync()
        {
            using var pipeline = SlipwayPipeline.Open(_workspace["lora.pipeline.yaml"], new PipelineOptions(), new RecordingSink());
            return (await pipeline.ReproduceFileAsync(_workspace["theirs.safetensors"], TestContext.Current.CancellationToken)).Differences;
        }
    }

    [Fact]
    public async Task What_is_saved_before_the_end_says_after_how_many_steps()
    {
        _workspace.Edit(("versions.v01.save_every_n_steps", "1"));
        await _workspace.RunAsync(PipelineStage.Training, "v01");

        using var saved = SafetensorsFile.Open(Assert.Single(Directory.GetFiles(_workspace["artifacts/lora/sail_kun_v01_saves"])));
        Assert.Equal(("1", "2", "2"), (saved.Metadata["ss_steps"], saved.Metadata["ss_max_train_steps"], MetadataOf("v01")["ss_steps"]));
    }

    private Dictionary<string, string> MetadataOf(string version)
    {
        using var file = SafetensorsFile.Open(_workspace.Lora(version));
        return file.Metadata.ToDictionary(StringComparer.Ordinal);
    }

    private static Dictionary<string, string> Map(string json) => JsonSerializer.Deserialize<Dictionary<string, string>>(json)!;

    private string Sha256(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(_workspace[path])));
}
