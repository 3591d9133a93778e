using Slipway.Diffusion.Files;

namespace Slipway.EndToEnd.Tests;

/// <summary>The folder for the hub: what lies in it, and what its card and files say.</summary>
public sealed class PublishTests(FinishedWorkspace finished) : IDisposable
{
    private readonly Workspace _workspace = finished.Copy();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task A_version_and_an_ensemble_are_published_with_pictures_figures_and_what_is_said_of_them()
    {
        _workspace.Edit(
            ("versions.v01.metadata_title", "Sail-kun"),
            ("versions.v01.metadata_license", "openrail++"),
            ("versions.v01.metadata_tags", "'boat, mascot'"),
            ("versions.v02.metadata_title", "null"),
            ("ensembles.merged", "{ of: [v01, v02], rank: 4, metadata_title: Both, metadata_author: Ann, metadata_thumbnail: datasets/sail_kun/sail_kun.png }"),
            ("evaluation.negative_prompt", "blurry"));

        var remarks = await PublishAsync("v01");

        Assert.Equal(["README.md", "grid.png", "images/beach.png", "sail_kun_v01.json", "sail_kun_v01.png", "sail_kun_v01.safetensors"], Files("v01"));
        Assert.Equal(File.ReadAllBytes(_workspace.Lora("v01")), File.ReadAllBytes(_workspace["v01-out/sail_kun_v01.safetensors"]));
        Assert.Equal(File.ReadAllBytes(_workspace["artifacts/samples/v01/beach_11.png"]), File.ReadAllBytes(_workspace["v01-out/images/beach.png"]));
        Assert.Equal(File.ReadAllBytes(_workspace["artifacts/grids/v01.png"]), File.ReadAllBytes(_workspace["v01-out/grid.png"]));
        var card = File.ReadAllText(_workspace["v01-out/README.md"]);
        Assert.All(
            [
                "---\nlicense: \"openrail++\"\n", "instance_prompt: \"sail_kun\"\n", "- \"mascot\"\n", "- text: \"sail_kun, beach\"\n  output:\n    url: \"images/beach.png\"\n", "\n# Sail-kun\n",
                "the base model is tiny-sdxl.", "`sail_kun, … <lora:sail_kun_v01:1>`", "| negative prompt | blurry |", "| max_train_steps | 2 |", "\n| mascot_presence | ", "| seeds | 11 |",
            ],
            fact => Assert.Contains(fact, card, StringComparison.Ordinal));
        Assert.DoesNotContain("metadata_", card, StringComparison.Ordinal);
        Assert.Equal(("Sail-kun", "openrail++", "boat, mascot"), (Metadata("v01")["modelspec.title"], Metadata("v01")["modelspec.license"], Metadata("v01")["modelspec.tags"]));
        Assert.Equal($"0x{Metadata("v01")["sshs_model_hash"]}", Metadata("v01")["modelspec.hash_sha256"]);
        Assert.Equal(["The card names no base model of the hub: the plan's is a file or folder of yours. Write `base_model` into README.md where it is there too."], remarks);

        Assert.Contains(await PublishAsync("merged"), line => line.StartsWith("The card names no licence", StringComparison.Ordinal));

        Assert.Contains("\n# Both\n", File.ReadAllText(_workspace["merged-out/README.md"]), StringComparison.Ordinal);
        Assert.Contains("By Ann.", File.ReadAllText(_workspace["merged-out/README.md"]), StringComparison.Ordinal);
        Assert.Equal(("Both", "Ann", "sail_kun_v01, sail_kun_v02"), (Metadata("merged")["modelspec.title"], Metadata("merged")["modelspec.author"], Metadata("merged")["modelspec.merged_from"]));
        Assert.StartsWith("data:image/jpeg;base64,", Metadata("merged")["modelspec.thumbnail"], StringComparison.Ordinal);
    }

    private async Task<IReadOnlyList<string>> PublishAsync(string version)
    {
        using var pipeline = SlipwayPipeline.Open(_workspace["lora.pipeline.yaml"], new PipelineOptions(), new RecordingSink());
        return await pipeline.PublishAsync(version, _workspace[$"{version}-out"], TestContext.Current.CancellationToken);
    }

    private IEnumerable<string> Files(string version) => Directory.GetFiles(_workspace[$"{version}-out"], "*", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(_workspace[$"{version}-out"], file)).Order(StringComparer.Ordinal);

    private IReadOnlyDictionary<string, string> Metadata(string version)
    {
        using var file = SafetensorsFile.Open(_workspace[$"{version}-out/sail_kun_{version}.safetensors"]);
        return file.Metadata;
    }
}
