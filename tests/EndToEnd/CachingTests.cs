using Slipway.Imaging.Pictures;

namespace Slipway.EndToEnd.Tests;

public sealed class CachingTests(FinishedWorkspace finished) : IDisposable
{
    private readonly Workspace _workspace = finished.Copy();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void The_first_run_runs_everything()
    {
        Assert.Equal(
            [
                "Backgrounds: 3", "Composites white: 1", "Composites: 3", "Tags: 3", "Train v01: 1", "Train v02: 1", "Train v03: 1",
                "Samples base: 1", "Samples v01: 1", "Samples v02: 1", "Samples v03: 1", "Evaluate: 1", "Report: 1",
            ],
            finished.FirstRun);
        Assert.Equal(
            [
                "artifacts/backgrounds/000.png", "artifacts/backgrounds/001.png", "artifacts/backgrounds/002.png",
                "artifacts/dataset/160_sail_kun/sail_kun.png", "artifacts/dataset/160_sail_kun/sail_kun.txt",
                "artifacts/dataset/1_sail_kun_with_background/000.png", "artifacts/dataset/1_sail_kun_with_background/000.txt",
                "artifacts/dataset/1_sail_kun_with_background/001.png", "artifacts/dataset/1_sail_kun_with_background/001.txt",
                "artifacts/dataset/1_sail_kun_with_background/002.png", "artifacts/dataset/1_sail_kun_with_background/002.txt",
                "artifacts/evaluation.json",
                "artifacts/grids/base.png", "artifacts/grids/v01.png", "artifacts/grids/v02.png", "artifacts/grids/v03.png", "artifacts/grids/versions.png",
                "artifacts/logs/v01/events.out.tfevents.0.slipway", "artifacts/logs/v01/metrics.csv",
                "artifacts/logs/v02/events.out.tfevents.0.slipway", "artifacts/logs/v02/metrics.csv",
                "artifacts/logs/v03/events.out.tfevents.0.slipway", "artifacts/logs/v03/metrics.csv",
                "artifacts/lora/sail_kun_v01.json", "artifacts/lora/sail_kun_v01.png", "artifacts/lora/sail_kun_v01.safetensors",
                "artifacts/lora/sail_kun_v02.json", "artifacts/lora/sail_kun_v02.png", "artifacts/lora/sail_kun_v02.safetensors",
                "artifacts/lora/sail_kun_v03.json", "artifacts/lora/sail_kun_v03.png", "artifacts/lora/sail_kun_v03.safetensors",
                "artifacts/report/index.html",
                "artifacts/report/pictures/data/white/000.png",
                "artifacts/report/pictures/data/with_background/000.png", "artifacts/report/pictures/data/with_background/001.png", "artifacts/report/pictures/data/with_background/002.png",
                "artifacts/report/pictures/samples/base/beach_11.png", "artifacts/report/pictures/samples/v01/beach_11.png", "artifacts/report/pictures/samples/v02/beach_11.png", "artifacts/report/pictures/samples/v03/beach_11.png",
                "artifacts/report/pictures/sprite.png",
                "artifacts/report/report.json",
                "artifacts/samples/base/beach_11.png", "artifacts/samples/v01/beach_11.png", "artifacts/samples/v02/beach_11.png", "artifacts/samples/v03/beach_11.png",
            ],
            _workspace.Outputs().Keys.Select(path => path.Replace('\\', '/')));
    }

    [Fact]
    public async Task The_second_run_runs_nothing()
    {
        var before = _workspace.Outputs();
        var told = File.ReadAllText(_workspace["artifacts/report/run.js"]);

        Assert.Empty(await _workspace.RunAsync());

        Assert.Equal(before, _workspace.Outputs());
        // What a run was like lies beside the page, and in no result.
        Assert.StartsWith("window.slipwayRun = {", told, StringComparison.Ordinal);
        Assert.NotEqual(told, File.ReadAllText(_workspace["artifacts/report/run.js"]));
        Assert.Contains("\"run\":0,\"reused\":19,", File.ReadAllText(_workspace["artifacts/report/run.js"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_comment_in_the_plan_runs_nothing()
    {
        _workspace.PlanText = $"# Looks good.\n{_workspace.PlanText}# The end.\n";

        Assert.Empty(await _workspace.RunAsync());
    }

    [Fact]
    public async Task Another_learning_rate_of_v03_trains_v03_alone()
    {
        _workspace.Edit(("versions.v03.unet_lr", "1e-3"));

        Assert.Equal(["Train v03: 1", "Samples v03: 1", "Evaluate: 1", "Report: 1"], await _workspace.RunAsync());
    }

    [Fact]
    public async Task The_learning_rate_of_before_needs_no_training_again()
    {
        var plan = _workspace.PlanText;
        var before = _workspace.Outputs();
        _workspace.Edit(("versions.v03.unet_lr", "1e-3"));
        await _workspace.RunAsync(PipelineStage.Training);
        _workspace.PlanText = plan;

        Assert.Empty(await _workspace.RunAsync());

        Assert.Equal(before, _workspace.Outputs());
    }

    [Fact]
    public async Task One_more_background_costs_one_of_each_and_the_version_that_learns_from_it()
    {
        var before = _workspace.Outputs();
        _workspace.Edit(("backgrounds.count", "4"));

        Assert.Equal(["Backgrounds: 1", "Composites: 1", "Tags: 1", "Train v03: 1", "Samples v03: 1", "Evaluate: 1", "Report: 1"], await _workspace.RunAsync());

        var after = _workspace.Outputs();
        Assert.All(before.Where(file => file.Key.EndsWith("002.png", StringComparison.Ordinal)), file => Assert.Equal(file.Value, after[file.Key]));
        Assert.Contains(Path.Combine("artifacts", "backgrounds", "003.png"), after.Keys.Select(key => key.Replace('/', Path.DirectorySeparatorChar)));
    }

    [Fact]
    public async Task A_repainted_sprite_runs_everything_after_the_backgrounds()
    {
        var picture = Picture.Load(_workspace.Sprite);
        for (var i = 0; i < picture.Pixels.Length; i += 4)
            (picture.Pixels[i], picture.Pixels[i + 2]) = (picture.Pixels[i + 2], picture.Pixels[i]);
        picture.SavePng(_workspace.Sprite);

        Assert.Equal(
            [
                "Composites white: 1", "Composites: 3", "Tags: 3", "Train v01: 1", "Train v02: 1", "Train v03: 1",
                "Samples v01: 1", "Samples v02: 1", "Samples v03: 1", "Evaluate: 1", "Report: 1",
            ],
            await _workspace.RunAsync());
    }

    [Fact]
    public async Task A_deleted_output_is_laid_out_again_and_runs_nothing()
    {
        var before = _workspace.Outputs();
        File.Delete(_workspace.Lora("v03"));

        Assert.Empty(await _workspace.RunAsync());

        Assert.Equal(before, _workspace.Outputs());
    }
}
