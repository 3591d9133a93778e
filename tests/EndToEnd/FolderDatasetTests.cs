using Slipway.Diffusion.Files;
using Slipway.Imaging.Pictures;

namespace Slipway.EndToEnd.Tests;

public sealed class FolderDatasetTests(FinishedWorkspace finished) : IDisposable
{
    private readonly Workspace _workspace = finished.Copy();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task Pictures_of_every_shape_and_size_are_learned_from_and_another_rule_trains_again()
    {
        Directory.CreateDirectory(_workspace["mine"]);
        foreach (var (name, width, height) in new[] { ("wide", 150, 90), ("tall", 31, 70), ("square", 64, 64) })
        {
            new Picture(width, height, [.. Enumerable.Range(0, width * height * 4).Select(i => i % 4 == 3 ? (byte)255 : (byte)(i * 7))]).SavePng(_workspace[$"mine/{name}.png"]);
            File.WriteAllText(_workspace[$"mine/{name}.txt"], "sail_kun, " + name);
        }

        _workspace.Edit(("datasets.mine", "{ source: folder, folder: mine }"), ("versions.v03.dataset", "mine"));
        Assert.Equal(["Train v03: 1"], await _workspace.RunAsync(PipelineStage.Training, "v03"));
        using (var lora = SafetensorsFile.Open(_workspace.Lora("v03")))
            Assert.Contains("\"img_count\": 3", lora.Metadata["ss_dataset_dirs"], StringComparison.Ordinal);

        Assert.Empty(await _workspace.RunAsync(PipelineStage.Training, "v03"));
        _workspace.Edit(("datasets.mine", "{ source: folder, folder: mine, bucket_no_upscale: true }"));
        Assert.Equal(["Train v03: 1"], await _workspace.RunAsync(PipelineStage.Training, "v03"));
    }
}
