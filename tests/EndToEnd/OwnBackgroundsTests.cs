using Slipway.Imaging.Pictures;

namespace Slipway.EndToEnd.Tests;

/// <summary>Backgrounds of one's own, at several sizes, beside drawn ones.</summary>
public sealed class OwnBackgroundsTests(FinishedWorkspace finished) : IDisposable
{
    private readonly Workspace _workspace = finished.Copy();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task A_photo_becomes_a_composite_of_its_own_and_versions_learn_from_it()
    {
        Photo("my/beach/a.png", 150, 90);
        Photo("my/forest/b.png", 40, 200);
        _workspace.Edit(("backgrounds.source", "both"), ("backgrounds.folder", "my"), ("backgrounds.sizes", "[64x64]"));
        Assert.Equal(["Composites: 2", "Tags: 2"], await _workspace.RunAsync(PipelineStage.Tags));
        var made = Directory.GetFiles(_workspace["artifacts/dataset"], "photo_*.png", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(["photo_beach_a.png", "photo_forest_b.png"], made.Select(Path.GetFileName));
        Assert.All(made.Select(Picture.Load), picture => Assert.Equal((64, 64), (picture.Width, picture.Height)));

        Photo("my/c.png", 64, 64);
        Assert.Equal(["Composites: 1", "Tags: 1"], await _workspace.RunAsync(PipelineStage.Tags));

        _workspace.Edit(("backgrounds.sizes", "[48x80, 80x48]"), ("backgrounds.source", "folder"), ("validation", "{ count: 4 }"), ("versions.v03.validate_every_n_steps", "1"));
        Assert.Contains("Train v03: 1", await _workspace.RunAsync(PipelineStage.Training, "v03"));
        var measured = Directory.GetFiles(_workspace["artifacts/validation/composites"], "*.png").Order(StringComparer.Ordinal).Select(Picture.Load).Select(picture => (picture.Width, picture.Height));
        Assert.Equal([(48, 80), (48, 80), (48, 80), (80, 48)], measured);
    }

    private void Photo(string path, int width, int height)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_workspace[path])!);
        new Picture(width, height, [.. Enumerable.Range(0, width * height * 4).Select(i => i % 4 == 3 ? (byte)255 : (byte)(i * 5))]).SavePng(_workspace[path]);
    }
}
