using Slipway.Diffusion.Files;
using Slipway.Imaging.Pictures;

namespace Slipway.EndToEnd.Tests;

/// <summary>A version that learns from several datasets at once.</summary>
public sealed class SubsetTests(FinishedWorkspace finished) : IDisposable
{
    private readonly Workspace _workspace = finished.Copy();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task Sprite_composites_and_regularisation_pictures_train_together_under_masks()
    {
        foreach (var name in new[] { "2_boat/a", "2_boat/b" })
        {
            Directory.CreateDirectory(_workspace["boats/2_boat"]);
            new Picture(80, 64, [.. Enumerable.Range(0, 80 * 64 * 4).Select(i => i % 4 == 3 ? (byte)255 : (byte)(i * 5))]).SavePng(_workspace[$"boats/{name}.png"]);
        }

        _workspace.Edit(
            ("datasets.white.num_repeats", "3"),
            ("datasets.boats", "{ source: folder, folder: boats, is_reg: true, allow_missing_captions: true, flip_aug: true }"),
            ("versions.v03.dataset", "[white, with_background, boats]"));
        Assert.Equal(["Train v03: 1"], (await _workspace.RunAsync(PipelineStage.Training, "v03")).Where(line => line.StartsWith("Train", StringComparison.Ordinal)));
        using (var lora = SafetensorsFile.Open(_workspace.Lora("v03")))
        {
            Assert.Equal(("6", "4"), (lora.Metadata["ss_num_train_images"], lora.Metadata["ss_num_reg_images"]));
            Assert.Equal("""{"3_sail_kun": {"n_repeats": 3, "img_count": 1}, "1_sail_kun_with_background": {"n_repeats": 1, "img_count": 3}}""", lora.Metadata["ss_dataset_dirs"]);
            Assert.Equal("""{"2_boat": {"n_repeats": 2, "img_count": 2}}""", lora.Metadata["ss_reg_dataset_dirs"]);
            Assert.Equal("12", lora.Metadata["ss_num_batches_per_epoch"]);
        }

        Assert.Empty(await _workspace.RunAsync(PipelineStage.Training, "v03"));
        var before = File.ReadAllBytes(_workspace.Lora("v03"));
        _workspace.Edit(("versions.v03.masked_loss", "true"), ("versions.v03.masked_prior_preservation_weight", "0.5"));
        Assert.Equal(["Train v03: 1"], await _workspace.RunAsync(PipelineStage.Training, "v03"));
        Assert.NotEqual(before, File.ReadAllBytes(_workspace.Lora("v03")));

        _workspace.Edit(("datasets.boats", "{ source: folder, folder: boats, is_reg: true, allow_missing_captions: true }"));
        Assert.Equal(["Train v03: 1"], await _workspace.RunAsync(PipelineStage.Training, "v03"));
        File.WriteAllText(_workspace["boats/2_boat/b.txt"], "a boat");
        Assert.Equal(["Train v03: 1"], await _workspace.RunAsync(PipelineStage.Training, "v03"));
    }

    [Fact]
    public async Task A_second_dataset_of_composites_has_captions_of_its_own_and_takes_the_pictures_of_the_first()
    {
        _workspace.Edit(("datasets.plain", "{ source: composites, caption: \"sail_kun, boat\" }"), ("versions.v03.dataset", "plain"));
        Assert.Equal(["Tags plain: 3", "Train v03: 1"], await _workspace.RunAsync(PipelineStage.Training, "v03"));
        Assert.Equal("sail_kun, boat", File.ReadAllText(_workspace["artifacts/dataset/1_sail_kun_plain/001.txt"]));
        Assert.Equal(
            File.ReadAllBytes(_workspace["artifacts/dataset/1_sail_kun_with_background/001.png"]),
            File.ReadAllBytes(_workspace["artifacts/dataset/1_sail_kun_plain/001.png"]));
    }
}
